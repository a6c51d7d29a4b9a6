package dev.carrel.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A number of connections to one server, kept alive and driven by the calling thread. Each sends its next request when it
 * has the answer to its last and there is something to ask, and is opened again when the server closes it. A request whose
 * connection breaks has failed: it is not repeated.
 */
public final class Exchanges implements AutoCloseable {
    /** The status of a request whose connection broke. */
    public static final int BROKEN = 0;

    /** Hears the answer. */
    @FunctionalInterface
    public interface Done {
        /** The whole answer; {@code status} is {@link #BROKEN} and the rest empty if none came. */
        void answered(int status, HttpReader.Head head, String body);
    }

    /** Something to ask. */
    public record Exchange(Request request, Done done) {}

    /** Where the next thing to ask comes from. */
    @FunctionalInterface
    public interface Source {
        /** What to ask now; null if there is nothing. */
        @Nullable
        Exchange next();

        /** Whether what is null now stays so. */
        default boolean over() {
            return true;
        }
    }

    private static final HttpReader.Head NO_HEAD = new HttpReader.Head("");

    private final EventLoop loop;
    private final List<Line> lines = new ArrayList<>();
    private final ArrayDeque<Line> idle = new ArrayDeque<>();
    private Source source = () -> null;
    private boolean cookies;
    private int busy;

    /** So many, opened when they are needed. */
    public Exchanges(InetSocketAddress server, int connections) throws IOException {
        loop = new EventLoop(server);
        for (int i = 0; i < connections; i++) {
            lines.add(new Line());
        }
    }

    /** From now on each connection is a client of its own, which sends the cookie that it was given last. */
    public Exchanges keepCookies() {
        cookies = true;
        return this;
    }

    /**
     * Asks all that there is to ask, and waits for the answers. What the source has only later is noticed within a millisecond,
     * or at the next {@link #look}.
     *
     * @throws IllegalStateException if that takes longer than {@code limit}
     */
    public void run(Source all, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        source = all;
        idle.clear();
        idle.addAll(lines);
        loop.runUntil(() -> {
            while (!idle.isEmpty() && idle.getLast().next()) {
                idle.removeLast();
            }
            return (busy == 0 && source.over()) || System.nanoTime() - end > 0;
        });
        source = () -> null;
        if (busy > 0) {
            throw new IllegalStateException(busy + " requests had no answer within " + limit);
        }
    }

    /** The source may have something now. Called by any thread. */
    public void look() {
        loop.wakeUp();
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }

    /** One connection after the other, with at most one request under way. */
    private final class Line implements EventLoop.Receiver, HttpReader.Listener {
        private final StringBuilder body = new StringBuilder();
        private HttpReader reader = new HttpReader(this);
        private EventLoop.@Nullable Connection connection;
        private @Nullable Exchange asked;
        private HttpReader.Head head = NO_HEAD;
        private int status;
        private String cookie = "";

        /** Asks the next; false if there is nothing. */
        boolean next() {
            Exchange next = source.next();
            if (next == null) {
                return false;
            }
            busy++;
            asked = next;
            body.setLength(0);
            EventLoop.Connection open = connection;
            if (open == null) {
                reader = new HttpReader(this);
                open = loop.connect(this);
                connection = open;
            }
            open.send(next.request().orCookie(cookie).bytes());
            return true;
        }

        @Override
        public void received(ByteBuffer bytes) {
            reader.read(bytes);
        }

        @Override
        public void closed(String why) {
            connection = null;
            if (asked != null) {
                status = BROKEN;
                head = NO_HEAD;
                body.setLength(0);
                end();
            }
        }

        @Override
        public void head(int answerStatus, HttpReader.Head answerHead) {
            status = answerStatus;
            head = answerHead;
            if (cookies) {
                cookie = head.find("set-cookie:").map(value -> value.substring(0, value.indexOf(';'))).orElse(cookie);
            }
        }

        @Override
        public void body(byte[] bytes, int from, int to) {
            body.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        }

        @Override
        public void end() {
            Exchange answered = asked;
            if (answered == null) {
                throw new IllegalStateException("an answer to nothing: " + status + " " + body);
            }
            asked = null;
            busy--;
            if (head.find("connection:").filter("close"::equalsIgnoreCase).isPresent() && connection != null) {
                connection.close();
                connection = null;
            }
            answered.done().answered(status, head, body.toString());
            if (!next()) {
                idle.addLast(this);
            }
        }
    }
}
