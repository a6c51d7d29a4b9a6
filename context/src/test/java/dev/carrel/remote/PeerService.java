package dev.carrel.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.id.RequestId;
import dev.carrel.keys.KeyRing;

/** A service in a process of its own, with one thread for all requests, that answers what it knows of each. */
final class PeerService {
    static final ContextKey<String> COURSE = ContextKey.<String>builder("course", Kind.SESSION)
            .remote(value -> value, value -> value).build();

    private PeerService() {}

    static ContextCodec codec(Path keys) {
        return ContextCodec.builder(KeyRing.load(keys), Authority.named("signed by a peer"), "peer").principal()
                .allow(RequestId.KEY, COURSE).build();
    }

    /** Serves until its standard input ends; prints its port first. */
    public static void main(String[] args) throws IOException {
        ContextCodec codec = codec(Path.of(args[0]));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (var worker = Executors.newSingleThreadExecutor()) {
            server.setExecutor(worker);
            server.createContext("/", exchange -> {
                String before = Context.current().toString();
                String within = codec
                        .extract(name -> Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)))
                        .call(PeerService::known);
                answer(exchange, before + "\n" + within);
            });
            server.start();
            System.out.println(server.getAddress().getPort());
            while (System.in.read() >= 0) {
                // Whoever started this closes the stream, or ends, and then this ends too.
            }
            server.stop(0);
        }
    }

    private static String known() {
        return String.join("\n", Long.toString(ProcessHandle.current().pid()),
                Long.toString(Thread.currentThread().threadId()),
                Principal.find().map(who -> who + " " + who.name() + " " + who.roles()).orElse("nobody"),
                Context.current().find(RequestId.KEY).map(RequestId::text).orElse("none"),
                Context.current().find(COURSE).orElse("none"),
                Context.current().find(TraceParent.KEY).map(TraceParent::header).orElse("none"),
                Deadline.current().map(deadline -> deadline.passed() ? "passed" : "ahead").orElse("none"));
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
