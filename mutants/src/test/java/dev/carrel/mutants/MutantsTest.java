package dev.carrel.mutants;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** Each deliberate bug is found by the test of the guarantee that it breaks. */
class MutantsTest {
    private static final Path PROJECT = Path.of("").toAbsolutePath().resolveSibling(".").normalize();
    private static final Path TARGET = PROJECT.resolve("mutants/target/mutants");
    private static final List<String> TABLE = new ArrayList<>();

    @TestFactory
    List<DynamicTest> every_mutant_is_found() throws IOException {
        String only = System.getProperty("mutant", "");
        try (Stream<Path> files = Files.list(PROJECT.resolve("mutants/patches"))) {
            List<DynamicTest> tests = new ArrayList<>();
            for (Path file : files.filter(path -> path.toString().endsWith(".patch")).sorted().toList()) {
                Mutant mutant = Mutant.read(file);
                if (mutant.name().startsWith(only)) {
                    tests.add(DynamicTest.dynamicTest(mutant.name(), () -> isFound(mutant)));
                }
            }
            assertThat(tests).isNotEmpty();
            return tests;
        }
    }

    private static void isFound(Mutant mutant) throws IOException, InterruptedException {
        String row = "%-4s %-34s %-44s ".formatted(mutant.guarantee(), mutant.name(), mutant.test());
        Path target = TARGET.resolve(mutant.name());
        clean(target);
        String outcome = "does not apply or compile";
        try {
            Path classes = compile(mutant, mutant.apply(PROJECT, target), target.resolve("classes"));
            outcome = run(mutant, classes, target.resolve("log.txt"));
        } finally {
            TABLE.add(row + outcome);
        }
        assertThat(outcome).as("%s; see %s", mutant.name(), target.resolve("log.txt")).startsWith("found");
    }

    /** What an earlier run compiled belongs to an earlier Carrel. */
    private static void clean(Path target) throws IOException {
        if (Files.exists(target)) {
            try (Stream<Path> files = Files.walk(target)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** A bridge is tried with its own libraries before ours; ours are without any bridge. */
    private static String classPath(Mutant mutant) throws IOException {
        String ours = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path target = PROJECT.resolve(mutant.module()).resolve("target");
        return mutant.module().startsWith("integrations/")
                ? String.join(File.pathSeparator, target.resolve("classes").toString(),
                        Files.readString(target.resolve("test.classpath")), ours)
                : ours;
    }

    private static Path compile(Mutant mutant, List<Path> sources, Path classes) throws IOException {
        Files.createDirectories(classes);
        var compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-d", classes.toString(), "-cp", classPath(mutant), "-proc:none", "-nowarn",
                    "-parameters");
            boolean compiled = compiler
                    .getTask(messages, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call();
            assertThat(compiled).as(messages.toString()).isTrue();
        }
        return classes;
    }

    private static String run(Mutant mutant, Path classes, Path log) throws IOException, InterruptedException {
        Path tests = PROJECT.resolve(mutant.module()).resolve("target/test-classes");
        String path = String.join(File.pathSeparator, classes.toString(), tests.toString(), classPath(mutant));
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-cp", path, Verdict.class.getName(),
                mutant.test()).directory(Files.createDirectories(log.resolveSibling("work")).toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile()).start();
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return "HANGS";
        }
        String last = Files.readAllLines(log).stream().filter(line -> line.startsWith("found by ")).findFirst()
                .orElse("");
        return switch (process.exitValue()) {
            case Verdict.FOUND -> last;
            case Verdict.SURVIVED -> "SURVIVES";
            case Verdict.BROKEN -> "fails, but not by assertion";
            default -> "breaks the test run";
        };
    }

    @AfterAll
    static void print() {
        TABLE.forEach(System.out::println);
    }
}
