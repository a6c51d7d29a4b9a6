package dev.carrel.benchmarks.serving;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How Carrel's server and the measurements in process are started. */
final class JavaProcess {
    /** What the launcher passes (see {@code carrel}). */
    private static final List<String> LAUNCHER = List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4", "-Xshare:auto");

    private JavaProcess() {}

    /** With the class path of this process. */
    static List<String> command(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHER);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }
}
