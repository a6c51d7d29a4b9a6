package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * Prints how many turns (accept, claim, close with one text event and one state key) a store takes in a second, from many
 * sessions at once, each of which waits for its turn to close. Arguments: {@code memory}, a data folder or
 * the address of a PostgreSQL database, sessions
 * (500), seconds (10).
 */
final class TurnsPerSecond {
    private static final NodeId NODE = NodeId.random();
    private static final Owner OWNER = new Owner("", "everybody");
    private static final Duration LEASE = Duration.ofSeconds(30);

    private TurnsPerSecond() {}

    public static void main(String[] args) throws Exception {
        int sessions = args.length > 1 ? Integer.parseInt(args[1]) : 500;
        int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        try (Store store = open(args)) {
            run(store, sessions, Math.min(seconds, 5), "warm-up");
            run(store, sessions, seconds, "measured");
        }
    }

    private static Store open(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("memory")) {
            return new MemoryStore(TimeSource.system());
        }
        if (args.length > 0 && PostgresAddress.isOne(args[0])) {
            return PostgresStore.open(PostgresAddress.parse(args[0]), Retention.DEFAULT);
        }
        Path folder = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("carrel-turns");
        return SqliteStore.open(folder, TimeSource.system());
    }

    private static void run(Store store, int sessions, int seconds, String what) {
        var took = new ConcurrentLinkedQueue<Long>();
        var turns = new AtomicLong();
        long cpu = cpu();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < sessions; i++) {
                SessionId session = session(store);
                threads.execute(() -> {
                    for (int n = 0; System.nanoTime() < end; n++) {
                        long start = System.nanoTime();
                        turn(store, session, n);
                        took.add(System.nanoTime() - start);
                        turns.incrementAndGet();
                    }
                });
            }
        }
        long[] sorted = took.stream().flatMapToLong(LongStream::of).sorted().toArray();
        System.out.printf(
                "%s: %,d sessions, %,d turns/s, %,d us of CPU a turn; a turn p50 %.1f ms, p99 %.1f ms, max %.1f ms%n",
                what,
                sessions, turns.get() / seconds, (cpu() - cpu) / 1000 / turns.get(), ms(sorted, 0.5), ms(sorted, 0.99),
                ms(sorted, 1));
    }

    /** The processor time of this process, which other load on the machine hardly changes. */
    private static long cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    private static double ms(long[] sorted, double quantile) {
        return Arrays.stream(sorted).skip((long) (quantile * (sorted.length - 1))).findFirst().orElse(0) / 1e6;
    }

    private static SessionId session(Store store) {
        Instant now = Instant.now();
        var id = SessionId.random();
        store.sessions().create(new SessionRecord(id, OWNER, "echo", "", now, now, 0, "e"));
        return id;
    }

    private static void turn(Store store, SessionId session, int n) {
        var message = new Message("m" + n, "How much is " + n + " and " + n + "?", Instant.now());
        var queued = Turn.queued(TurnId.random(), session, message, "sealed-principal-of-this-turn");
        store.turns().accept(queued, OWNER, Arrival.QUEUE, 8);
        Claim claim = store.turns().claim(session, NODE, LEASE, Set.of(), 3).orElseThrow();
        var text = new Event.Text(queued.id(), 1, 0, "That makes " + (n + n) + ".");
        var change = new Changes(List.of(new Changes.Put("count", n,
                new Encoded("Integer", 1, Integer.toString(n + 1)), null)), List.of());
        Turn closed = claim.turn().closed(TurnStatus.COMMITTED, new Answer(text.text(), List.of()), null);
        if (!store.turns().close(claim, closed, List.of(text), change).done()) {
            throw new AssertionError("not closed");
        }
    }
}
