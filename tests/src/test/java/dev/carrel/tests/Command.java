package dev.carrel.tests;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** A program in a process of its own, with no environment but what it is given. */
final class Command {
    private Command() {}

    /** What became of it. */
    record Result(int status, String out, String err) {
        /** The one line on standard error; that there is one only is asserted. */
        String onlyErrorLine() {
            assertThat(err.lines()).hasSize(1);
            return err.strip();
        }
    }

    /** The command {@code carrel}, on this test's class path. */
    static List<String> carrel(String... arguments) {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp",
                        System.getProperty("java.class.path"), "dev.carrel.cli.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    static Process start(List<String> command, Map<String, String> environment, Path out, Path err)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    static Result run(List<String> command, Map<String, String> environment) throws Exception {
        Path out = Files.createTempFile("carrel", ".out");
        Path err = Files.createTempFile("carrel", ".err");
        Process process = start(command, environment, out, err);
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ended by itself: " + command.getLast()).isTrue();
            return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(out);
            Files.delete(err);
        }
    }
}
