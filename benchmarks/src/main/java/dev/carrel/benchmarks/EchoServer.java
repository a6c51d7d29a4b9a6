package dev.carrel.benchmarks;

import java.nio.file.Path;
import java.util.Map;

import dev.carrel.app.Carrel;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** The server under load: an echo that counts its messages in session state. Ends when its input ends. */
final class EchoServer {
    private static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    private EchoServer() {}

    /** With the store and the data folder. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = Configuration.of(Map.of("port", "0", "store", args[0], "data", args[1]),
                Map.of(), Path.of(args[1]));
        var app = Carrel.app("echo").chat("echo", (message, reply) -> {
            int n = Session.current().update(COUNT, count -> count + 1);
            reply.text(n + ": " + message.text());
        });
        try (CarrelServer server = CarrelServer.start(app, ServerSettings.of(configuration))) {
            System.out.println("ready " + server.uri());
            while (System.in.read() >= 0) {
                // Whoever started this process holds the other end.
            }
        }
    }
}
