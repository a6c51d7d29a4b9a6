package dev.carrel.http;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/** Builds web sockets whose listener runs as whoever opened them, from the first message to the last. */
record ContextWebSocketBuilder(WebSocket.Builder builder) implements WebSocket.Builder {
    @Override
    public WebSocket.Builder header(String name, String value) {
        builder.header(name, value);
        return this;
    }

    @Override
    public WebSocket.Builder connectTimeout(Duration timeout) {
        builder.connectTimeout(timeout);
        return this;
    }

    @Override
    public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
        builder.subprotocols(mostPreferred, lesserPreferred);
        return this;
    }

    @Override
    public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
        Objects.requireNonNull(listener, "listener");
        return ContextBodies.cancelling(
                builder.buildAsync(uri, new Listening(Origin.here(Boundary.EXECUTOR), listener)));
    }

    private record Listening(Origin opener, WebSocket.Listener listener) implements WebSocket.Listener {
        @Override
        public void onOpen(WebSocket webSocket) {
            opener.run(() -> listener.onOpen(webSocket));
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            return opener.<@Nullable CompletionStage<?>, RuntimeException>call(
                    () -> listener.onText(webSocket, data, last));
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
            return opener.<@Nullable CompletionStage<?>, RuntimeException>call(
                    () -> listener.onBinary(webSocket, data, last));
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
            return opener.<@Nullable CompletionStage<?>, RuntimeException>call(
                    () -> listener.onPing(webSocket, message));
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
            return opener.<@Nullable CompletionStage<?>, RuntimeException>call(
                    () -> listener.onPong(webSocket, message));
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            return opener.<@Nullable CompletionStage<?>, RuntimeException>call(
                    () -> listener.onClose(webSocket, statusCode, reason));
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            opener.run(() -> listener.onError(webSocket, error));
        }
    }
}
