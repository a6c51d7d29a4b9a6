package dev.carrel.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Bytes as they are over a socket: what no well-behaved client can be made to send. */
record RawHttp(int status, List<String> headers, String body) {
    /** Sends the request, whose {@code Connection} should be {@code close}, and reads the answer to its end. */
    static RawHttp send(URI server, String request) throws IOException {
        return send(server, request.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    static RawHttp send(URI server, byte[] request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            try {
                out.write(request);
                out.flush();
            } catch (IOException e) {
                // The server may have answered and hung up before it read all: the answer is there to be read.
            }
            var answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (IOException e) {
                if (answer.size() == 0) {
                    throw e;
                }
            }
            return parse(answer.toString(StandardCharsets.UTF_8));
        }
    }

    private static RawHttp parse(String answer) {
        if (!answer.startsWith("HTTP/1.1 ")) {
            throw new AssertionError("no answer, but: " + answer);
        }
        int end = answer.indexOf("\r\n\r\n");
        List<String> lines = Arrays.asList(answer.substring(0, end).split("\r\n"));
        return new RawHttp(Integer.parseInt(lines.getFirst().substring(9, 12)), lines.subList(1, lines.size()),
                answer.substring(end + 4));
    }

    /** The header's values, joined by a bar. */
    String header(String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        return String.join("|", headers.stream().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip()).toList());
    }
}
