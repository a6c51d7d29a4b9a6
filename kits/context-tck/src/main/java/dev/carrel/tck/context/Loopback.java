package dev.carrel.tck.context;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * As much of a server as the tests of clients need, on a port of its own: answers each request with one byte, and to whoever
 * opens a web socket (RFC 6455) sends one text.
 */
final class Loopback implements AutoCloseable {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";

    private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    Loopback() throws IOException {
        start(() -> {
            while (!server.isClosed()) {
                Socket connection = server.accept();
                connections.add(connection);
                start(() -> serve(connection));
            }
        });
    }

    /** Until whoever is at the other end, or the test, closes the socket. */
    private interface Serving {
        void serve() throws IOException;
    }

    private static void start(Serving serving) {
        Thread.ofVirtual().inheritInheritableThreadLocals(false).start(() -> {
            try {
                serving.serve();
            } catch (IOException e) {
                // closed
            }
        });
    }

    HttpRequest.Builder request() {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.getLocalPort() + "/"));
    }

    HttpRequest get() {
        return request().GET().build();
    }

    URI socket() {
        return URI.create("ws://localhost:" + server.getLocalPort() + "/");
    }

    private void serve(Socket connection) throws IOException {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            OutputStream out = connection.getOutputStream();
            for (Map<String, String> head = head(in); !head.isEmpty(); head = head(in)) {
                in.readNBytes(Integer.parseInt(head.getOrDefault("content-length", "0")));
                String key = head.get("sec-websocket-key");
                out.write((key == null ? ANSWER : upgrade(key)).getBytes(StandardCharsets.ISO_8859_1));
                out.flush();
            }
        } finally {
            connections.remove(connection);
        }
    }

    /** The header lines by their names in lower case; empty at the end. */
    private static Map<String, String> head(InputStream in) throws IOException {
        Map<String, String> head = new HashMap<>();
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                if (line.isEmpty()) {
                    return head;
                }
                int colon = line.indexOf(":");
                head.put(colon < 0 ? "request" : line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
                line.setLength(0);
            } else if (next != '\r') {
                line.append((char) next);
            }
        }
        return Map.of();
    }

    private static String upgrade(String key) {
        try {
            byte[] accepted = MessageDigest.getInstance("SHA-1").digest(
                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(accepted) + "\r\n\r\n\u0081\u0001x";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
