package dev.carrel.benchmarks.stores;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How every server and every measurement is started: the same JVM, the same options, a class path of its own. */
final class Java {
    /** What the launcher passes (see {@code carrel}), and a bound on the heap. */
    private static final List<String> OPTIONS = List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
            "-Xshare:auto", "-Xmx2g");

    private Java() {}

    /** With this class path. */
    static List<String> command(String classPath, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return command;
    }

    /** With the class path of this process. */
    static List<String> command(Class<?> main, List<String> arguments) {
        return command(System.getProperty("java.class.path"), main.getName(), arguments);
    }
}
