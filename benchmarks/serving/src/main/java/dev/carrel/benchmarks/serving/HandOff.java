package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;

import dev.carrel.batch.Batcher;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;

/**
 * What a batcher itself costs: its model does nothing but give each caller back what they asked. Beside it the least that hands
 * anything over to another thread and back: a queue and a future, for which one caller's data is like another's.
 */
final class HandOff {
    private static final int MOST = 64;
    private static final List<Integer> CALLERS = List.of(1, 16, 64, 256);
    private static final double AIM = 20;
    private static final String BATCHER = "Batcher";

    private HandOff() {}

    /** What gives back what it is given, by way of another thread. */
    @FunctionalInterface
    private interface Echo {
        long call(long value) throws Exception;
    }

    private record Row(int callers, String name) {}

    /** With an {@link Extent}. */
    public static void main(String[] args) throws Exception {
        Extent extent = Extent.of(args);
        var rounds = new Rounds<Row, Crew.Measured>();
        try (Batcher<Long, Long> batcher = Batcher.<Long, Long>of("echo",
                items -> items.stream().map(item -> item.ok(item.input())).toList()).maxItems(MOST).start()) {
            Map<String, Echo> echoes = new LinkedHashMap<>();
            echoes.put(BATCHER, batcher::call);
            echoes.put("a queue and a future", bare());
            for (int callers : CALLERS) {
                for (Echo echo : echoes.values()) {
                    crew(callers, echo, extent.warm() / CALLERS.size() / echoes.size());
                }
            }
            for (int round = 0; round < extent.rounds(); round++) {
                for (int callers : CALLERS) {
                    for (Map.Entry<String, Echo> each : Extent.turns(List.copyOf(echoes.entrySet()), round)) {
                        rounds.add(new Row(callers, each.getKey()), crew(callers, each.getValue(), extent.seconds()));
                    }
                }
            }
        }
        print(rounds);
    }

    private static Crew.Measured crew(int callers, Echo echo, double seconds) throws InterruptedException {
        var authority = Authority.named("benchmark");
        return new Crew(callers, true).run(seconds, i -> {
            Context context = authority.bind(Context.root(), authority.visitor("benchmark", "caller" + i));
            var random = new Random(i);
            return () -> context.call(() -> {
                long value = random.nextLong();
                if (echo.call(value) != value) {
                    throw new IllegalStateException("a caller was answered what another had asked");
                }
                return 1;
            });
        });
    }

    private static Echo bare() {
        record Call(long value, CompletableFuture<Long> answer) {}
        var queue = new LinkedTransferQueue<Call>();
        Thread.ofPlatform().daemon().start(() -> {
            List<Call> batch = new ArrayList<>();
            while (true) {
                try {
                    batch.add(queue.take());
                } catch (InterruptedException e) {
                    return;
                }
                queue.drainTo(batch, MOST - 1);
                batch.forEach(call -> call.answer.complete(call.value));
                batch.clear();
            }
        });
        return value -> {
            var call = new Call(value, new CompletableFuture<>());
            queue.add(call);
            return call.answer.get();
        };
    }

    private static void print(Rounds<Row, Crew.Measured> rounds) {
        System.out.println("| callers | | requests/s | µs between two | µs from call to answer: p50 | p99 "
                + "| CPU, µs a request |");
        System.out.println("|--:|---|--:|--:|--:|--:|--:|");
        for (int callers : CALLERS) {
            for (Row row : rounds.rows()) {
                if (row.callers == callers) {
                    double rate = rounds.median(row, Crew.Measured::perSecond);
                    System.out.printf(Locale.ROOT, "| %d | %s | %,.0f | %.2f | %,.1f | %,.1f | %.1f |%n", callers,
                            row.name, rate, 1e6 / rate, rounds.median(row, it -> 1e3 * it.steps().quantile(0.5)),
                            rounds.median(row, it -> 1e3 * it.steps().quantile(0.99)),
                            rounds.median(row, Crew.Measured::cpu));
                }
            }
        }
        for (int callers : CALLERS) {
            System.out.println(Aim.atMost("hand-off, " + callers + (callers == 1 ? " caller" : " callers")
                    + ", µs a request", AIM,
                    1e6 / rounds.median(new Row(callers, BATCHER), Crew.Measured::perSecond))
                    .marked());
        }
    }
}
