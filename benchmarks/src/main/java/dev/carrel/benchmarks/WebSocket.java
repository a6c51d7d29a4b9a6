package dev.carrel.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** The client's side of a WebSocket (RFC 6455), as far as text goes. */
final class WebSocket implements EventLoop.Receiver, HttpReader.Listener {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final HttpReader http = new HttpReader(this);
    private final Consumer<String> texts;
    private final Consumer<String> failure;
    private final EventLoop.Connection connection;
    private byte[] input = new byte[4096];
    private int length;

    /** Opens it; what it is sent goes to {@code texts}. */
    WebSocket(EventLoop loop, String path, String headers, Consumer<String> texts, Consumer<String> failure) {
        this.texts = texts;
        this.failure = failure;
        this.connection = loop.connect(this);
        connection.send(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + headers + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1)));
    }

    void send(String text) {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    private void send(int code, byte[] payload) {
        var frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) (0x80 | code));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        // A client has to mask what it sends; a mask of zeros is a mask.
        connection.send(frame.putInt(0).put(payload).flip());
    }

    void close() {
        connection.close();
    }

    @Override
    public void received(ByteBuffer bytes) {
        http.read(bytes);
    }

    @Override
    public void closed(String why) {
        failure.accept(why);
    }

    @Override
    public void head(int status, HttpReader.Head head) {
        if (status != 101) {
            failure.accept("the WebSocket was refused: " + status);
        }
    }

    @Override
    public void body(byte[] bytes, int from, int to) {
        if (length + to - from > input.length) {
            input = Arrays.copyOf(input, 2 * (length + to - from));
        }
        System.arraycopy(bytes, from, input, length, to - from);
        length += to - from;
        int at = 0;
        while (true) {
            int used = frame(ByteBuffer.wrap(input, at, length - at));
            if (used == 0) {
                break;
            }
            at += used;
        }
        System.arraycopy(input, at, input, 0, length - at);
        length -= at;
    }

    @Override
    public void end() {}

    /** Reads one frame, which servers do not mask; returns its length, 0 if it is not complete. */
    private int frame(ByteBuffer bytes) {
        int start = bytes.position();
        if (bytes.remaining() < 2) {
            return 0;
        }
        int code = bytes.get() & 15;
        long size = bytes.get() & 127;
        int more = size == 126 ? 2 : size == 127 ? 8 : 0;
        if (bytes.remaining() < more) {
            return 0;
        }
        if (more > 0) {
            size = more == 2 ? bytes.getShort() & 0xffff : bytes.getLong();
        }
        if (bytes.remaining() < size) {
            return 0;
        }
        byte[] payload = new byte[(int) size];
        bytes.get(payload);
        switch (code) {
            case TEXT -> texts.accept(new String(payload, StandardCharsets.UTF_8));
            case PING -> send(PONG, payload);
            case CLOSE -> failure.accept("the server closed the WebSocket");
            default -> throw new IllegalStateException("a frame of the kind " + code);
        }
        return bytes.position() - start;
    }
}
