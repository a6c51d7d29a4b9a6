package dev.carrel.benchmarks.stores;

import java.nio.file.Path;
import java.util.Map;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** Carrel's side: functions that say what they were told and count in session state. Ends when its input ends. */
final class CountServer {
    private static final StateKey<Long> COUNT = StateKey.of("count", 0L);

    private CountServer() {}

    private record Said(String text) {}

    private record Answer(String text, long count) {}

    static App app() {
        return Carrel.app("count").chat("echo", (message, reply) -> {
            long count = Session.current().update(COUNT, n -> n + 1);
            reply.text(count + ": " + message.text());
        }).function("update", input -> {
            long count = Session.current().update(COUNT, n -> n + 1);
            return new Answer(input.as(Said.class).text(), count);
        }).function("increment", input -> {
            long count = Session.current().increment(COUNT, 1);
            return new Answer(input.as(Said.class).text(), count);
        }).function("read", input -> new Answer("", Session.current().get(COUNT)));
    }

    /** With the store and the data folder. */
    public static void main(String[] args) throws Exception {
        Configuration configuration = Configuration.of(Map.of("port", "0", "store", args[0], "data", args[1]),
                Map.of(), Path.of(args[1]));
        try (CarrelServer server = CarrelServer.start(app(), ServerSettings.of(configuration))) {
            System.out.println("ready " + server.uri());
            while (System.in.read() >= 0) {
                // Whoever started this process holds the other end.
            }
        }
    }
}
