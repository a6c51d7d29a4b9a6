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
 * Spring Boot with Spring Session JDBC, see {@code benchmarks/spring-session}.
 *
 * @param classPath the peer's own
 * @param url the database, as JDBC names it
 * @param connections how many its pool has
 */
record SpringPeer(String name, String classPath, String url, int connections) implements Peer {
    @Override
    public ServerProcess start(Path folder) throws IOException {
        return ServerProcess.start(Java.command(classPath, "dev.carrel.benchmarks.spring.EchoApplication",
                List.of("--spring.datasource.url=" + url,
                        "--spring.datasource.hikari.maximum-pool-size=" + connections)),
                Map.of(), folder);
    }

    @Override
    public boolean losesNothing() {
        return false;
    }

    @Override
    public Visitor visitor() {
        return new Visitor() {
            private String cookie = "";

            @Override
            public Request open() {
                return Request.get("/count", "");
            }

            @Override
            public void opened(HttpReader.Head head, String body) {
                cookie = Answer.cookie(head);
            }

            @Override
            public Request count(String text) {
                return Request.post("/count", cookie, "{\"text\":\"" + text + "\"}");
            }

            @Override
            public Request read() {
                return Request.get("/count", cookie);
            }
        };
    }
}
