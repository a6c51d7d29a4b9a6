package dev.carrel.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** The JDK's client and the JDK's server: what the client calls back runs as whoever sent the request. */
@Timeout(60)
class ContextHttpClientTest {
    private final CountDownLatch go = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private ContextHttpClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/echo", ContextHttpClientTest::echo);
        server.createContext("/held", exchange -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            echo(exchange);
        });
        server.start();
        client = ContextHttpClient.of(HttpClient.newHttpClient());
    }

    @AfterEach
    void stop() {
        go.countDown();
        client.shutdownNow();
        server.stop(0);
        threads.close();
    }

    private static void echo(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.getAddress().getPort() + path))
                .header("X-Test", "kept");
    }

    /** A handler each step of which notes who it runs as. */
    private static HttpResponse.BodyHandler<String> noting(Set<String> seen) {
        return response -> {
            seen.add("handler " + who());
            Noting subscriber = new Noting(seen);
            // The JDK calls a finisher on its common pool, whatever calls the subscriber: so it is wrapped here.
            return BodySubscribers.fromSubscriber(subscriber,
                    Context.current().<Noting, String>wrapFunction(all -> {
                        seen.add("finisher " + who());
                        return all.text.toString();
                    }));
        };
    }

    private static final class Noting implements Flow.Subscriber<List<ByteBuffer>> {
        private final Set<String> seen;
        private final StringBuilder text = new StringBuilder();

        Noting(Set<String> seen) {
            this.seen = seen;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            seen.add("onSubscribe " + who());
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            seen.add("onNext " + who());
            item.forEach(part -> text.append(StandardCharsets.UTF_8.decode(part)));
        }

        @Override
        public void onError(Throwable failure) {
            seen.add("onError " + who());
        }

        @Override
        public void onComplete() {
            seen.add("onComplete " + who());
        }
    }

    /** A body whose bytes are asked for on the client's thread. */
    private static HttpRequest.BodyPublisher body(Set<String> seen) {
        Iterable<byte[]> parts = () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                seen.add("published " + who());
                return next < 3;
            }

            @Override
            public byte[] next() {
                return String.valueOf(next++).getBytes(StandardCharsets.UTF_8);
            }
        };
        return BodyPublishers.ofByteArrays(parts);
    }

    private static final List<String> STEPS = List.of("published", "handler", "onSubscribe", "onNext", "onComplete",
            "finisher");

    private static Set<String> all(String name) {
        Set<String> all = new HashSet<>();
        STEPS.forEach(step -> all.add(step + " " + name));
        return all;
    }

    @Test
    void what_the_client_calls_back_runs_as_the_sender_and_so_does_what_is_chained() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        var answered = asAlice(
                () -> client.sendAsync(to("/held").POST(body(seen)).build(), noting(seen)).thenApply(response -> {
                    assertThat(response.request().headers().firstValue("X-Test")).hasValue("kept");
                    return response.body() + " for " + who();
                }));
        go.countDown();
        assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo("012 for alice");
        assertThat(seen).isEqualTo(all("alice"));
    }

    @Test
    void the_length_of_a_body_is_asked_for_as_the_sender() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        HttpRequest.BodyPublisher text = BodyPublishers.ofString("body");
        HttpRequest.BodyPublisher noting = new HttpRequest.BodyPublisher() {
            @Override
            public long contentLength() {
                seen.add(who());
                return text.contentLength();
            }

            @Override
            public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
                text.subscribe(subscriber);
            }
        };
        var answered = asAlice(() -> client.sendAsync(to("/echo").POST(noting).build(), BodyHandlers.ofString()));
        assertThat(answered.get(10, TimeUnit.SECONDS).body()).isEqualTo("body");
        assertThat(seen).containsExactly("alice");
    }

    @Test
    void a_plain_client_calls_back_as_nobody_which_is_why_ours_exists() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (HttpClient plain = HttpClient.newHttpClient()) {
            var answered = asAlice(() -> plain.sendAsync(to("/held").POST(body(seen)).build(), noting(seen)));
            go.countDown();
            answered.get(10, TimeUnit.SECONDS);
        }
        assertThat(seen).contains("published nobody", "handler nobody", "onNext nobody")
                .noneMatch(step -> step.endsWith(" alice"));
    }

    @Test
    void a_request_that_is_waited_for_calls_back_as_its_sender_too() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        HttpResponse<String> response = asAlice(
                () -> client.send(to("/echo").PUT(body(seen)).build(), noting(seen)));
        assertThat(response.body()).isEqualTo("012");
        assertThat(seen).isEqualTo(all("alice"));
    }

    @Test
    void what_the_handler_maps_the_body_with_runs_as_the_sender() throws Exception {
        HttpResponse.BodyHandler<String> handler = response -> BodySubscribers
                .mapping(BodySubscribers.ofString(StandardCharsets.UTF_8), text -> text + " for " + who());
        var answered = asAlice(
                () -> client.sendAsync(to("/held").POST(BodyPublishers.ofString("body")).build(), handler));
        go.countDown();
        assertThat(answered.get(10, TimeUnit.SECONDS).body()).isEqualTo("body for alice");
    }

    @Test
    void two_users_on_one_client_meet_nowhere() throws Exception {
        Set<String> alices = ConcurrentHashMap.newKeySet();
        Set<String> bobs = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(AS_ALICE.call(() -> client.sendAsync(to("/echo").POST(body(alices)).build(), noting(alices))
                    .thenApply(response -> who())));
            answers.add(AS_BOB.call(() -> client.sendAsync(to("/echo").POST(body(bobs)).build(), noting(bobs), null)
                    .thenApplyAsync(response -> who())));
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i % 2 == 0 ? "alice" : "bob");
        }
        assertThat(alices).isEqualTo(all("alice"));
        assertThat(bobs).isEqualTo(all("bob"));
    }

    @Test
    void a_foreign_clients_future_is_taken_over_by_ContextFuture_of() throws Exception {
        try (HttpClient plain = HttpClient.newHttpClient()) {
            var answered = asAlice(() -> ContextFuture
                    .of(plain.sendAsync(to("/held").GET().build(), BodyHandlers.discarding()))
                    .thenApply(response -> who()));
            go.countDown();
            assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo("alice");
        }
    }

    @Test
    void cancelling_cancels_the_exchange() throws Exception {
        var exchange = client.sendAsync(to("/held").GET().build(), BodyHandlers.discarding());
        exchange.cancel(true);
        // Would wait for ever for an exchange that goes on, since the server holds it.
        client.shutdown();
        assertThat(client.awaitTermination(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void it_is_in_all_else_the_client_that_it_wraps() {
        try (HttpClient plain = HttpClient.newHttpClient(); HttpClient own = ContextHttpClient.of(plain)) {
            assertThat(ContextHttpClient.of(own)).isSameAs(own);
            assertThat(own.version()).isEqualTo(plain.version());
            assertThat(own.followRedirects()).isEqualTo(plain.followRedirects());
            assertThat(own.sslContext()).isSameAs(plain.sslContext());
            assertThat(own.executor()).isEqualTo(plain.executor());
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void a_null_is_refused_by_name() {
        assertThatNullPointerException().isThrownBy(() -> ContextHttpClient.of(null)).withMessage("client");
        assertThatNullPointerException().isThrownBy(() -> client.sendAsync(null, BodyHandlers.discarding()))
                .withMessage("request");
        assertThatNullPointerException().isThrownBy(() -> client.sendAsync(to("/echo").GET().build(), null))
                .withMessage("responseBodyHandler");
    }
}
