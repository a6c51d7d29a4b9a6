package dev.carrel.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/** A visitor's chat with Carrel: a cookie, a session, a connection for messages and one for the stream of events. */
final class CarrelChat extends Chat {
    /** Which questions are asked. */
    enum Questions {
        ECHO, TUTOR
    }

    private static final String[] ABOUT_CARREL = {"What is a lane?", "How does a client resume the events?",
            "Who may read a session?", "What happens to a turn when the server dies?", "Which stores are there?"};

    private final EventLoop loop;
    private final boolean streams;
    private final Questions questions;
    private EventLoop.@Nullable Connection posts;
    private EventLoop.@Nullable Connection stream;
    private String cookie = "";
    private String session = "";
    private boolean busy = true;
    private long lastEvent;

    /** @param streams whether it opens its stream; without one it is ready, and idle, once it has its session */
    CarrelChat(EventLoop loop, String word, Watcher watcher, boolean streams, Questions questions) {
        super(word, watcher);
        this.loop = loop;
        this.streams = streams;
        this.questions = questions;
    }

    @Override
    void open() {
        posts = loop.connect(new Answers());
        post("/sessions", "{}");
    }

    @Override
    boolean free() {
        return !busy;
    }

    @Override
    boolean echoes() {
        return questions == Questions.ECHO;
    }

    @Override
    String message(int n) {
        return echoes() ? super.message(n) : ABOUT_CARREL[n % ABOUT_CARREL.length];
    }

    @Override
    void send(int n, String text) {
        busy = true;
        post("/sessions/" + session + "/messages", "{\"id\":\"m" + n + "\",\"text\":\"" + text + "\"}");
    }

    @Override
    void close() {
        if (posts != null) {
            posts.close();
        }
        if (stream != null) {
            stream.close();
        }
    }

    private void post(String path, String json) {
        var connection = posts;
        if (connection != null) {
            connection.send(bytes("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "Content-Length: " + json.length()
                    + "\r\n\r\n" + json));
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void openStream() {
        stream = loop.connect(new Events());
        stream.send(bytes("GET /sessions/" + session + "/events HTTP/1.1\r\nHost: localhost\r\nCookie: " + cookie
                + "\r\n\r\n"));
    }

    private void event(String id, String kind, String data) {
        if (!id.isEmpty()) {
            long number = Long.parseLong(id.substring(id.indexOf('.') + 1));
            if (number != lastEvent + 1) {
                wrong("event " + number + " came after event " + lastEvent);
            }
            lastEvent = number;
        }
        switch (kind) {
            case ":" -> {
                if (busy && lastEvent == 0) {
                    busy = false;
                    ready();
                }
            }
            case "text" -> said(field(data, "text"));
            case "committed" -> complete();
            case "message", "started", "data" -> {
                // Part of every turn.
            }
            default -> wrong("event " + kind + " " + data);
        }
    }

    /** The value of a JSON string that holds nothing to unescape but what the tutor's texts hold. */
    private static String field(String json, String name) {
        int from = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
        int to = from;
        while (json.charAt(to) != '"') {
            to += json.charAt(to) == '\\' ? 2 : 1;
        }
        return json.substring(from, to);
    }

    /** What comes on a connection. */
    private abstract class Incoming implements EventLoop.Receiver, HttpReader.Listener {
        private final HttpReader reader = new HttpReader(this);

        @Override
        public void received(ByteBuffer bytes) {
            reader.read(bytes);
        }

        @Override
        public void closed(String why) {
            wrong(why);
        }

        @Override
        public void end() {}
    }

    private final class Answers extends Incoming {
        private final StringBuilder body = new StringBuilder();
        private int status;

        @Override
        public void head(int answerStatus, HttpReader.Head head) {
            status = answerStatus;
            if (status == 201) {
                cookie = head.find("set-cookie:").map(value -> value.substring(0, value.indexOf(';'))).orElse(cookie);
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            if (status != 202) {
                body.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
        }

        @Override
        public void end() {
            switch (status) {
                case 201 -> {
                    session = field(body.toString(), "id");
                    body.setLength(0);
                    if (streams) {
                        openStream();
                    } else {
                        CarrelChat.this.close();
                        ready();
                    }
                }
                case 202 -> {
                    busy = false;
                    sendWaiting();
                }
                default -> wrong(status + " " + body);
            }
        }
    }

    private final class Events extends Incoming {
        private final SseReader events = new SseReader(CarrelChat.this::event);

        @Override
        public void head(int status, HttpReader.Head head) {
            if (status != 200) {
                wrong("the stream answered " + status);
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            events.read(bytes, from, to);
        }
    }
}
