package dev.carrel.tck.context;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/** Every sort of callback of an HTTP client. */
final class HttpHops {
    private static final String NO_BOUND = "a client has no bound";

    private static final Map<Cell, String> SOCKET = Map.of(Cell.CANCEL, "a socket is closed, not cancelled",
            Cell.SHUTDOWN,
            "a client that shuts down waits for requests, not for sockets");

    private HttpHops() {}

    /** Makes the client call the task. */
    @FunctionalInterface
    interface Way {
        /** What the client hands back, which it does not interrupt. */
        CompletableFuture<?> send(HttpClient client, Loopback server, Runnable task);
    }

    static List<Hop> of(HttpContract contract) {
        return List.of(
                hop(contract, "sendAsync, body handler", (client, server, task) -> client
                        .sendAsync(server.get(), response -> {
                            task.run();
                            return BodySubscribers.discarding();
                        })),
                hop(contract, "sendAsync, body subscriber", (client, server, task) -> client
                        .sendAsync(server.get(), response -> new Receiving(task))),
                hop(contract, "sendAsync, body publisher", (client, server, task) -> client
                        .sendAsync(server.request().POST(published(task)).build(), BodyHandlers.discarding())),
                hop(contract, "sendAsync, thenRun", (client, server, task) -> client
                        .sendAsync(server.get(), BodyHandlers.discarding()).thenRun(task)),
                hop(contract, "web socket, onOpen", (client, server, task) -> opened(client, server,
                        new Listening(task, true))).without(SOCKET),
                hop(contract, "web socket, onText", (client, server, task) -> opened(client, server,
                        new Listening(task, false))).without(SOCKET));
    }

    private static Hop hop(HttpContract contract, String name, Way way) {
        return Hop.of(name, setting -> new OnClient(contract, way)).sparingCancelled()
                .without(Map.of(Cell.REJECTION, NO_BOUND, Cell.CALLER_RUNS, NO_BOUND));
    }

    /** Runs the task when the client asks for the body's one byte. */
    private static HttpRequest.BodyPublisher published(Runnable task) {
        Iterable<byte[]> parts = () -> new Iterator<>() {
            private boolean given;

            @Override
            public boolean hasNext() {
                return !given;
            }

            @Override
            public byte[] next() {
                given = true;
                task.run();
                return new byte[]{'x'};
            }
        };
        return BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(parts), 1);
    }

    /** Runs the task when it gets the body. */
    private static final class Receiving implements HttpResponse.BodySubscriber<String> {
        private final CompletableFuture<String> body = new CompletableFuture<>();
        private final Runnable task;

        Receiving(Runnable task) {
            this.task = task;
        }

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            task.run();
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete("received");
        }
    }

    private static CompletableFuture<?> opened(HttpClient client, Loopback server, Listening listener) {
        var unused = client.newWebSocketBuilder().buildAsync(server.socket(), listener)
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        listener.done.completeExceptionally(failure);
                    }
                });
        return listener.done;
    }

    /** Runs the task when it is opened or when a text comes, and closes. */
    private static final class Listening implements WebSocket.Listener {
        private final CompletableFuture<Object> done = new CompletableFuture<>();
        private final Runnable task;
        private final boolean whenOpened;

        Listening(Runnable task, boolean whenOpened) {
            this.task = task;
            this.whenOpened = whenOpened;
        }

        private void run(WebSocket socket) {
            try {
                task.run();
                done.complete("heard");
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            } finally {
                socket.abort();
            }
        }

        @Override
        public void onOpen(WebSocket socket) {
            if (whenOpened) {
                run(socket);
            } else {
                socket.request(1);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            run(socket);
            return null;
        }
    }
}
