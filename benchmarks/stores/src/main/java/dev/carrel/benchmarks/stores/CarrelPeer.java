package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.carrel.benchmarks.Answer;
import dev.carrel.benchmarks.HttpReader;
import dev.carrel.benchmarks.Request;
import dev.carrel.benchmarks.ServerProcess;

/**
 * Carrel's server.
 *
 * @param store what {@code --store} takes
 * @param function which function counts, see {@link CountServer}
 */
record CarrelPeer(String name, String store, String function) implements Peer {
    @Override
    public ServerProcess start(Path folder) throws IOException {
        return ServerProcess.start(
                Java.command(CountServer.class, List.of(store, folder.resolve("data").toString())), Map.of(), folder);
    }

    @Override
    public boolean losesNothing() {
        return true;
    }

    @Override
    public Visitor visitor() {
        return new Visitor() {
            private String cookie = "";
            private String functions = "";

            @Override
            public Request open() {
                return Request.post("/sessions", "", "{}");
            }

            @Override
            public void opened(HttpReader.Head head, String body) {
                cookie = Answer.cookie(head);
                functions = "/sessions/" + Answer.field(body, "id") + "/functions/";
            }

            @Override
            public Request count(String text) {
                return Request.post(functions + function, cookie, "{\"text\":\"" + text + "\"}");
            }

            @Override
            public Request read() {
                return Request.post(functions + "read", cookie, "{}");
            }
        };
    }
}
