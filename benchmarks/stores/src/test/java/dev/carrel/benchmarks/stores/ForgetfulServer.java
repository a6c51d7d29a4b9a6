package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.carrel.benchmarks.Answer;

/** A server that counts as {@link SpringPeer} expects it, but not always: which requests go wrong is chosen by number. */
final class ForgetfulServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private final AtomicInteger visitors = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private IntPredicate forgets = n -> false;
    private IntPredicate fails = n -> false;
    private boolean hangsUp;
    private IntPredicate mishears = n -> false;

    ForgetfulServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/count", this::handle);
        server.start();
    }

    /** These increments are acknowledged and not kept. */
    ForgetfulServer forgets(IntPredicate requests) {
        forgets = requests;
        return this;
    }

    /** These are answered with an error and not kept. */
    ForgetfulServer fails(IntPredicate requests) {
        fails = requests;
        return this;
    }

    /** After every answer the connection is closed. */
    ForgetfulServer hangsUp() {
        hangsUp = true;
        return this;
    }

    /** These are answered with somebody else's words. */
    ForgetfulServer mishears(IntPredicate requests) {
        mishears = requests;
        return this;
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String visitor = exchange.getRequestHeaders().getFirst("Cookie");
        if (visitor == null) {
            visitor = "visitor=" + visitors.incrementAndGet();
            exchange.getResponseHeaders().add("Set-Cookie", visitor + "; Path=/");
        }
        int status = 200;
        String text = "";
        if (exchange.getRequestMethod().equals("POST")) {
            int n = requests.incrementAndGet();
            text = mishears.test(n) ? "what?" : Answer.field(body, "text");
            if (fails.test(n)) {
                status = 500;
            } else if (!forgets.test(n)) {
                counts.merge(visitor, 1, Integer::sum);
            }
        }
        if (hangsUp) {
            exchange.getResponseHeaders().add("Connection", "close");
        }
        byte[] answer = ("{\"text\":\"" + text + "\",\"count\":" + counts.getOrDefault(visitor, 0) + "}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
