package dev.carrel.tests.house;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the documentation says is so: its links lead somewhere, its program is one that runs. */
class ReadmeTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HELLO = ROOT.resolve("examples/src/main/java/dev/carrel/examples/Hello.java");

    @Test
    void the_smallest_program_is_the_one_that_runs() throws IOException {
        String block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("README.md"))).results().findFirst().orElseThrow().group(1);
        assertThat(Files.readString(HELLO).lines().map(String::strip).toList())
                .containsSequence(block.lines().map(String::strip).toList());
    }

    @Test
    void the_programs_of_the_ground_floor_are_ones_that_run() throws IOException {
        Path programs = ROOT.resolve("context/src/test/java/dev/carrel/readme");
        List<List<String>> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(ROOT.resolve("context/README.md"))).results()
                .map(block -> block.group(1).lines().map(String::strip).toList()).toList();
        assertThat(blocks).hasSize(2);
        assertThat(Files.readString(programs.resolve("PlainJava.java")).lines().map(String::strip).toList())
                .containsSequence(blocks.get(0));
        assertThat(Files.readString(programs.resolve("PlainExecutor.java")).lines().map(String::strip).toList())
                .containsSequence(blocks.get(1));
    }

    @Test
    void the_smallest_program_answers(@TempDir Path data) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classpath = Files.readString(ROOT.resolve("examples/target/classpath")).strip() + ":"
                + Files.readString(ROOT.resolve("cli/target/classpath")).strip();
        var builder = new ProcessBuilder(java, "--enable-native-access=ALL-UNNAMED", "-cp", classpath,
                "dev.carrel.examples.Hello").redirectErrorStream(true);
        builder.environment().put("CARREL_PORT", "0");
        builder.environment().put("CARREL_DATA", data.toString());
        Process process = builder.start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            List<String> said = new ArrayList<>();
            String line;
            URI server = null;
            while (server == null && (line = out.readLine()) != null) {
                said.add(line);
                var address = Pattern.compile("http://localhost:\\d+").matcher(line);
                server = address.find() ? URI.create(address.group()) : null;
            }
            try (var http = HttpClient.newHttpClient()) {
                var answer = http.send(
                        HttpRequest.newBuilder(
                                Objects.requireNonNull(server, () -> "it said only " + said).resolve("/health/ready"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    @Test
    void every_link_between_the_pages_leads_somewhere() throws IOException {
        Pattern link = Pattern.compile("]\\(([^)#]+)(#[^)]*)?\\)");
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            for (MatchResult found : link.matcher(Files.readString(page)).results().toList()) {
                String target = found.group(1);
                if (!target.startsWith("http") && !Files.exists(page.resolveSibling(target))) {
                    broken.add(ROOT.relativize(page) + " → " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void every_test_that_the_architecture_names_is_there() throws IOException {
        List<String> missing = new ArrayList<>();
        for (MatchResult named : Pattern.compile("`([A-Z][A-Za-z0-9]+Test)`")
                .matcher(Files.readString(ROOT.resolve("ARCHITECTURE.md"))).results().toList()) {
            try (Stream<Path> files = Files.walk(ROOT, 12)) {
                if (files.noneMatch(file -> file.endsWith(named.group(1) + ".java"))) {
                    missing.add(named.group(1));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (String name : List.of("", "docs", "benchmarks", "context", "mutants", "kits/context-tck", "kits/test",
                "integrations/slf4j-mdc", "integrations/micrometer", "integrations/opentelemetry",
                "integrations/reactor", "integrations/open-scopes")) {
            Path folder = ROOT.resolve(name);
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }
}
