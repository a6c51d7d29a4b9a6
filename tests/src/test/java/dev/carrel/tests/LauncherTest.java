package dev.carrel.tests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The script {@code carrel}, run by a plain POSIX shell in a house of cardboard: a JDK and a Maven that only say how they
 * were called, in a folder with a space in its name, and a search path with nothing on it but what the script may use.
 */
class LauncherTest {
    private static final Path SCRIPT = Path.of("..", "carrel");
    private static final List<String> TOOLS = List.of("dirname", "sed", "find", "head", "mktemp", "cat", "grep",
            "readlink", "rm", "mkdir");
    private static final Path DASH = Path.of("/bin/dash");

    @TempDir
    private Path folder;

    private Path house = Path.of("");
    private Path tools = Path.of("");

    @BeforeEach
    void build() throws IOException {
        house = Files.createDirectories(folder.resolve("a house"));
        // The script looks where Linux keeps its JDKs, too: there are some on this machine, and there shall be none.
        String script = Files.readString(SCRIPT);
        assertThat(script).contains("/usr/lib/jvm/*");
        executable(house.resolve("carrel"), script.replaceAll("/(usr|opt|Library)/(lib/jvm|java|jdk)", "/nowhere"));
        executable(house.resolve("mvnw"), """
                #!/bin/sh
                echo "$JAVA_HOME $*" >> mvnw.calls
                [ -e broken ] && echo '[ERROR] it is broken' && exit 1
                mkdir -p cli/target && echo 'the classes' > cli/target/classpath
                """);
        write(house.resolve("cli/src/main/java/Main.java"), "class Main {}");
        tools = Files.createDirectories(folder.resolve("bin"));
        for (String tool : TOOLS) {
            executable(tools.resolve(tool), "#!/bin/sh\nexec " + which(tool) + " \"$@\"\n");
        }
    }

    private static Path which(String tool) {
        return List.of("/usr/bin", "/bin").stream().map(place -> Path.of(place, tool)).filter(Files::isExecutable)
                .findFirst().orElseThrow();
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private static void executable(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A JDK of cardboard. */
    private Path jdk(String name, String version) throws IOException {
        Path jdk = folder.resolve(name);
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nfor one in \"$@\"; do echo \"$one\"; done\n");
        write(jdk.resolve("release"), "IMPLEMENTOR=\"Somebody\"\nJAVA_VERSION=\"" + version + "\"\n");
        return jdk;
    }

    private Command.Result carrel(Map<String, String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Files.isExecutable(DASH) ? DASH.toString() : "/bin/sh");
        command.add(house.resolve("carrel").toString());
        command.addAll(List.of(arguments));
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.putIfAbsent("PATH", tools.toString());
        return Command.run(command, all);
    }

    @Test
    void without_a_JDK_it_says_which_and_where_to_get_it() throws Exception {
        Command.Result result = carrel(Map.of(), "tutor");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.onlyErrorLine()).contains("JDK 25", "https://", "CARREL_JAVA_HOME");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void a_JDK_that_is_too_old_is_none() throws Exception {
        Command.Result result = carrel(
                Map.of("JAVA_HOME", jdk("old", "17.0.12").toString(), "CARREL_JAVA_HOME",
                        jdk("nine", "1.8.0").toString()),
                "tutor");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.onlyErrorLine()).contains("JDK 25");
    }

    @Test
    void it_takes_the_first_JDK_that_is_new_enough_and_hands_everything_on() throws Exception {
        Path old = jdk("old", "21.0.2");
        Path fit = jdk("the new one", "26");
        Command.Result result = carrel(Map.of("CARREL_JAVA_HOME", old.toString(), "JAVA_HOME", fit.toString()), "tutor",
                "--docs", "a folder with spaces", "--port", "0");
        assertThat(result.status()).isZero();
        assertThat(result.out().lines()).contains("the classes", "-Dcarrel.home=" + house, "dev.carrel.cli.Main")
                .endsWith("tutor", "--docs", "a folder with spaces", "--port", "0");
        assertThat(calls()).hasSize(1).first().asString().startsWith(fit + " ").contains("-Dlauncher", "-pl cli -am");
    }

    @Test
    void every_command_but_the_cases_is_handed_on() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString());
        for (String[] command : new String[][]{{"store", "export", "-", "--data", "a folder"},
                {"user", "erase", "a tenant", "a user", "--yes"}, {"state"}, {}}) {
            Command.Result result = carrel(environment, command);
            assertThat(result.status()).isZero();
            List<String> lines = result.out().lines().toList();
            assertThat(lines.subList(lines.indexOf("dev.carrel.cli.Main") + 1, lines.size())).containsExactly(command);
        }
        assertThat(calls()).hasSize(1);
    }

    @Test
    void it_builds_once_and_again_when_a_source_is_newer() throws Exception {
        Map<String, String> environment = Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString());
        assertThat(carrel(environment, "tutor").err()).contains("first time", "MB");
        assertThat(carrel(environment, "tutor").err()).isEmpty();
        assertThat(calls()).hasSize(1);
        Files.setLastModifiedTime(house.resolve("cli/src/main/java/Main.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(carrel(environment, "tutor").err()).isEmpty();
        assertThat(calls()).hasSize(2);
    }

    @Test
    void a_build_that_fails_shows_its_errors_and_starts_nothing() throws Exception {
        write(house.resolve("broken"), "");
        Command.Result result = carrel(
                Map.of("JAVA_HOME", jdk("jdk", "25.0.3").toString(), "TMPDIR", folder.toString()), "tutor");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("[ERROR] it is broken", "the build failed");
        assertThat(result.out()).isEmpty();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(house.resolve("mvnw.calls"));
    }
}
