package dev.carrel.benchmarks.stores;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;

/**
 * One key that many callers change at once, by the operations that the store carries out itself. Each operation is a write of
 * its own. In the end the number and the list are counted: one that is lost ends the run.
 */
final class HotKey {
    static final String HEAD = """
            | store | callers | increments of one number/s | appends to one list/s | the same, of 10,000 entries |
            |---|--:|--:|--:|--:|""";
    private static final int LONG = 10_000;
    private static final Encoded ZERO = new Encoded("Long", 1, "0");
    private static final Encoded ENTRY = new Encoded("String", 1, "\"Some thirty characters of a note\"");

    private final StateStore state;
    private final Conversation conversation;
    private final Place place;
    private final AtomicInteger entries = new AtomicInteger();

    private HotKey(StateStore state, Conversation conversation) {
        this.state = state;
        this.conversation = conversation;
        this.place = new Place.OfSession(conversation.id());
    }

    /** With a {@link Kind}, the seconds to warm up, the seconds to measure, and the numbers of callers. */
    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        Kind kind = Kind.of(arguments);
        double warm = Double.parseDouble(args[2]);
        double seconds = Double.parseDouble(args[3]);
        try (var bench = new Bench(kind)) {
            var warming = new HotKey(bench.store().state(), bench.begin(0));
            warming.rate(16, warm / 2, () -> warming.increment("number"));
            warming.rate(16, warm / 2, () -> warming.append("list"));
            int user = 1;
            for (String callers : arguments.subList(4, args.length)) {
                int size = Integer.parseInt(callers);
                System.out.printf(Locale.ROOT, "| %s | %d | %,.0f | %,.0f | %,.0f |%n", kind.name(), size,
                        new HotKey(bench.store().state(), bench.begin(user++)).increments(size, seconds),
                        new HotKey(bench.store().state(), bench.begin(user++)).appends(size, seconds, 0),
                        new HotKey(bench.store().state(), bench.begin(user++)).appends(size, seconds, LONG));
            }
        }
    }

    private double increments(int callers, double seconds) throws ExecutionException, InterruptedException {
        Rate rate = rate(callers, seconds, () -> increment("number"));
        long number = Long.parseLong(Objects.requireNonNull(state.read(place, "number").value()).json());
        require(rate.operations, number);
        return rate.perSecond();
    }

    private double appends(int callers, double seconds, int before) throws ExecutionException, InterruptedException {
        List<Changes.Operation> first = new ArrayList<>();
        for (int i = 0; i < before; i++) {
            first.add(entry("list"));
        }
        write(first);
        Rate rate = rate(callers, seconds, () -> append("list"));
        require(before + rate.operations, state.list(place, "list").size());
        return rate.perSecond();
    }

    private static void require(long done, long found) {
        if (done != found) {
            throw new IllegalStateException(done + " changes were made, and " + found + " are there");
        }
    }

    private void increment(String key) {
        write(List.of(new Changes.Increment(place, key, ZERO, 1, null)));
    }

    private void append(String key) {
        write(List.of(entry(key)));
    }

    private Changes.Operation entry(String key) {
        return new Changes.Append(place, key, "entry" + entries.incrementAndGet(), ENTRY, Instant.now());
    }

    private void write(List<Changes.Operation> operations) {
        if (!state.write(conversation.id(), Owner.of(conversation.owner()), "benchmark",
                new Changes(List.of(), operations)).isEmpty()) {
            throw new IllegalStateException("an operation met a conflict");
        }
    }

    private record Rate(long operations, double seconds) {
        double perSecond() {
            return operations / seconds;
        }
    }

    private Rate rate(int callers, double seconds, Runnable operation) throws ExecutionException, InterruptedException {
        long from = System.nanoTime();
        long end = from + (long) (seconds * 1e9);
        long operations = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                counts.add(threads.submit(() -> {
                    long count = 0;
                    while (System.nanoTime() < end) {
                        operation.run();
                        count++;
                    }
                    return count;
                }));
            }
            for (Future<Long> count : counts) {
                operations += count.get();
            }
        }
        return new Rate(operations, (System.nanoTime() - from) / 1e9);
    }
}
