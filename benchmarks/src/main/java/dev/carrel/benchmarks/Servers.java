package dev.carrel.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Carrel's servers: an echo that counts, on each store, and the tutor on its own documentation. */
final class Servers {
    /** What the launcher passes (see {@code carrel}). */
    private static final List<String> LAUNCHER = List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=4", "-Xshare:auto");

    private Servers() {}

    static List<Java> all(String javaOptions) {
        return List.of(new Java("memory", javaOptions, CarrelChat.Questions.ECHO),
                new Java("sqlite", javaOptions, CarrelChat.Questions.ECHO),
                new Java("tutor", javaOptions, CarrelChat.Questions.TUTOR));
    }

    /** A server of this class path, in the JVM that runs this. */
    record Java(String name, String options, CarrelChat.Questions questions) implements Server {
        @Override
        public ServerProcess start(Path folder) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(LAUNCHER);
            if (!options.isBlank()) {
                command.addAll(List.of(options.strip().split("\\s+")));
            }
            command.addAll(List.of("-Dcarrel.home=" + System.getProperty("carrel.home", ""), "-cp",
                    System.getProperty("java.class.path")));
            String data = folder.resolve("data").toString();
            command.addAll(questions == CarrelChat.Questions.TUTOR
                    ? List.of("dev.carrel.cli.Main", "tutor", "--port", "0", "--data", data)
                    : List.of("dev.carrel.benchmarks.EchoServer", name, data));
            return ServerProcess.start(command, Map.of(), folder);
        }

        @Override
        public Chat chat(EventLoop loop, String word, Chat.Watcher watcher) {
            return chat(loop, word, watcher, true);
        }

        Chat chat(EventLoop loop, String word, Chat.Watcher watcher, boolean streams) {
            return new CarrelChat(loop, word, watcher, streams, questions);
        }
    }
}
