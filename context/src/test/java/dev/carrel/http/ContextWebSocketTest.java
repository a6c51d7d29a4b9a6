package dev.carrel.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.concurrent.Two;
import dev.carrel.context.Context;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;

/** The user who opened a web socket is its user at every message, not only at the first. */
@Timeout(60)
class ContextWebSocketTest {
    /** As RFC 6455 has it, for one socket: shakes hands, sends one frame of each sort, and closes. */
    private static void serve(ServerSocket server) {
        try (Socket socket = server.accept()) {
            serve(socket);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void serve(Socket socket) throws IOException, NoSuchAlgorithmException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        String key = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        byte[] accepted = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        OutputStream out = socket.getOutputStream();
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accepted) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        for (int frame : new int[]{0x81, 0x82, 0x89, 0x8A}) { // text, binary, ping, pong
            out.write(new byte[]{(byte) frame, 1, 'x'});
        }
        out.write(new byte[]{(byte) 0x88, 2, 3, (byte) 0xE8}); // close, 1000
        out.flush();
        while (in.read() >= 0) {
            // until the client has closed as well
        }
    }

    private static final class Noting implements WebSocket.Listener {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final CompletableFuture<List<String>> closed = new CompletableFuture<>();

        private final Runnable afterwards;

        Noting() {
            this(() -> {});
        }

        /** Of which {@code afterwards} runs where a page would open its socket again: in the listener, when it closed. */
        Noting(Runnable afterwards) {
            this.afterwards = afterwards;
        }

        private @Nullable CompletionStage<?> note(WebSocket socket, String call) {
            calls.add(call + " " + who());
            socket.request(1);
            return null;
        }

        @Override
        public void onOpen(WebSocket socket) {
            var unused = note(socket, "open");
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            return note(socket, "text");
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            return note(socket, "binary");
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            return note(socket, "ping");
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            return note(socket, "pong");
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            calls.add("close " + who());
            afterwards.run();
            closed.complete(calls);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    @Test
    void every_call_of_the_listener_is_made_as_whoever_opened_the_socket() throws Exception {
        var listener = new Noting();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                HttpClient client = ContextHttpClient.of(HttpClient.newHttpClient())) {
            Thread.ofVirtual().start(() -> serve(server));
            var opened = asAlice(() -> client.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10))
                    .header("X-Test", "kept")
                    .buildAsync(URI.create("ws://localhost:" + server.getLocalPort() + "/"), listener));
            CompletableFuture<String> next = AS_BOB.call(() -> opened.thenApply(socket -> who()));
            assertThat(listener.closed.get(10, TimeUnit.SECONDS)).containsExactly("open alice", "text alice",
                    "binary alice", "ping alice", "pong alice", "close alice");
            assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("bob");
            client.shutdownNow();
        }
    }

    @Test
    void two_users_of_one_client_stay_themselves_when_their_sockets_drop_and_are_opened_again() throws Exception {
        try (var server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                HttpClient client = ContextHttpClient.of(HttpClient.newHttpClient())) {
            for (int i = 0; i < 4; i++) {
                Thread.ofVirtual().start(() -> serve(server));
            }
            URI uri = URI.create("ws://localhost:" + server.getLocalPort() + "/");
            for (Context user : List.of(AS_ALICE, AS_BOB)) {
                String name = user.call(Two::who);
                var again = new Noting();
                var first = new Noting(() -> {
                    var unused = client.newWebSocketBuilder().buildAsync(uri, again);
                });
                var unused = user.call(() -> client.newWebSocketBuilder().buildAsync(uri, first));
                for (Noting listener : List.of(first, again)) {
                    assertThat(listener.closed.get(10, TimeUnit.SECONDS)).containsExactly("open " + name,
                            "text " + name, "binary " + name, "ping " + name, "pong " + name, "close " + name);
                }
            }
            client.shutdownNow();
        }
    }
}
