package dev.carrel.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Many chats that talk at once, and what is measured of it. Closed loop: each chat sends its next message when it has the
 * answer to its last. Open loop: messages arrive at a given rate, whatever the server does, and latency counts from the
 * moment when a message was due, so that a server which falls behind cannot slow down the questions (no coordinated
 * omission). A wrong answer, or a wait without end, fails the run.
 */
final class Crowd implements Chat.Watcher {
    private static final int OPENING = 32;
    private static final long PATIENCE = 60_000_000_000L;

    /** What was measured in one window; {@code first} and {@code last} are of the events of a turn. */
    record Measured(double turnsPerSecond, Latencies first, Latencies last, double serverMicros, double loadMicros) {}

    private enum Mode {
        OPENING, CLOSED, OPEN, DRAINING
    }

    private final EventLoop loop;
    private final ServerProcess server;
    private final List<Chat> chats = new ArrayList<>();
    private final Random random = new Random(1);
    private Mode mode = Mode.OPENING;
    private int ready;
    private int opened;
    private boolean measuring;
    private long from;
    private long answered;
    private Latencies first = new Latencies();
    private Latencies last = new Latencies();

    /** Opens the chats, a few at a time, and waits until all are open. */
    Crowd(EventLoop loop, ServerProcess server, int size, Member member) throws IOException {
        this.loop = loop;
        this.server = server;
        for (int i = 0; i < size; i++) {
            chats.add(member.chat(i, this));
        }
        while (opened < Math.min(size, OPENING)) {
            chats.get(opened++).open();
        }
        await(() -> ready == size, "chats to open");
    }

    /** Makes the i-th chat. */
    @FunctionalInterface
    interface Member {
        /** The chat, which tells this watcher. */
        Chat chat(int i, Chat.Watcher watcher);
    }

    private void await(BooleanSupplier done, String what) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        loop.runUntil(() -> done.getAsBoolean() || System.nanoTime() > end);
        if (!done.getAsBoolean()) {
            throw new IllegalStateException("waited in vain for " + what);
        }
    }

    /** All chats talk as quickly as they are answered, for so many seconds. */
    Measured closed(double warm, double seconds) throws IOException {
        mode = Mode.CLOSED;
        chats.forEach(chat -> chat.ask(System.nanoTime()));
        long start = System.nanoTime();
        loop.runUntil(() -> System.nanoTime() - start > warm * 1e9);
        return measure(() -> loop.runUntil(() -> System.nanoTime() - from > seconds * 1e9));
    }

    /** Messages arrive at this rate, at random moments (a Poisson process) and for random chats. */
    Measured open(double rate, double warm, double seconds) throws IOException {
        mode = Mode.OPEN;
        var arrivals = new Arrivals(rate);
        long start = System.nanoTime();
        loop.runUntil(() -> arrivals.send(System.nanoTime()) - start > warm * 1e9);
        return measure(() -> loop.runUntil(() -> arrivals.send(System.nanoTime()) - from > seconds * 1e9));
    }

    private final class Arrivals {
        private final double mean;
        private double next = System.nanoTime();

        Arrivals(double rate) {
            mean = 1e9 / rate;
        }

        /** Sends what is due; returns {@code now}. */
        long send(long now) {
            while (next <= now) {
                chats.get(random.nextInt(chats.size())).ask((long) next);
                next -= mean * Math.log(1 - random.nextDouble());
            }
            return now;
        }
    }

    /** A stretch of time in which to measure. */
    private interface Stretch {
        void run() throws IOException;
    }

    private Measured measure(Stretch window) throws IOException {
        first = new Latencies();
        last = new Latencies();
        answered = 0;
        double serverBefore = server.cpuSeconds();
        double loadBefore = ServerProcess.cpuSeconds(ProcessHandle.current().pid());
        from = System.nanoTime();
        measuring = true;
        window.run();
        double seconds = (System.nanoTime() - from) / 1e9;
        long count = answered;
        double serverCpu = server.cpuSeconds() - serverBefore;
        double loadCpu = ServerProcess.cpuSeconds(ProcessHandle.current().pid()) - loadBefore;
        mode = Mode.DRAINING;
        // What was asked in the window counts, however late its answer: the slowest are not left out.
        await(() -> chats.stream().allMatch(chat -> chat.unanswered() == 0), "the last answers");
        measuring = false;
        return new Measured(count / seconds, first, last, 1e6 * serverCpu / count, 1e6 * loadCpu / count);
    }

    @Override
    public void ready(Chat chat) {
        ready++;
        if (opened < chats.size()) {
            chats.get(opened++).open();
        }
    }

    @Override
    public void answered(Chat chat, long intended, long firstAt, long lastAt) {
        answered++;
        if (measuring && intended >= from) {
            first.add(firstAt - intended);
            last.add(lastAt - intended);
        }
        if (mode == Mode.CLOSED) {
            chat.ask(lastAt);
        }
    }

    @Override
    public void wrong(Chat chat, String what) {
        throw new IllegalStateException(what);
    }

    void close() {
        chats.forEach(Chat::close);
    }
}
