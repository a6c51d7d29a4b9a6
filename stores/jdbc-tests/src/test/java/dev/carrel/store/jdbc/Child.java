package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another process of the same Java. */
final class Child {
    private Child() {}

    /** The class path of this one. */
    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /** Starts a main class; its errors go where ours go. */
    static Process start(Class<?> main, String classPath, String... args) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED", "-cp", classPath, main.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Runs a main class to its end; returns its last line. */
    static String run(Class<?> main, String classPath, String... args) throws IOException, InterruptedException {
        Process process = start(main, classPath, args);
        try (var out = process.inputReader()) {
            List<String> lines = out.lines().toList();
            process.waitFor();
            return lines.isEmpty() ? "" : lines.getLast();
        } finally {
            process.destroyForcibly();
        }
    }
}
