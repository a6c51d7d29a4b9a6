package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import dev.carrel.error.UnavailableException;

/**
 * Reads of one row each that are gathered while others are read: the more wait, the more share a statement, and nobody waits
 * for a timer. Each is answered with what belongs to its own key. If reading several fails, each is read alone, so that one
 * that cannot be read is nobody else's trouble. Thread-safe.
 */
final class Gathering<K, T> implements Finder<K, T> {
    /** How many are read by one statement at most. */
    static final int AT_ONCE = 256;

    /** Reads on a connection. */
    @FunctionalInterface
    interface Reads<K, T> {
        Map<K, T> read(Collection<K> keys) throws SQLException, InterruptedException;
    }

    private record Asked<K, T>(K key, long since, Reply<Optional<T>> reply) {}

    private final ConcurrentLinkedQueue<Asked<K, T>> waiting = new ConcurrentLinkedQueue<>();
    private final Reads<K, T> reads;
    private final OneAtATime rounds;
    private final long patience;

    /** @param patience for how many nanoseconds a read waits until it begins */
    Gathering(Reads<K, T> reads, Executor threads, long patience) {
        this.reads = reads;
        this.rounds = new OneAtATime(threads, this::work, () -> !waiting.isEmpty());
        this.patience = patience;
    }

    @Override
    public Optional<T> find(K key) {
        var asked = new Asked<K, T>(key, System.nanoTime(), new Reply<>());
        waiting.add(asked);
        rounds.go();
        return asked.reply.await();
    }

    /** How many wait to be read. */
    int waiting() {
        return waiting.size();
    }

    private void work() {
        List<Asked<K, T>> taken = take();
        if (!taken.isEmpty()) {
            answer(taken);
        }
    }

    private List<Asked<K, T>> take() {
        List<Asked<K, T>> taken = new ArrayList<>();
        while (taken.size() < AT_ONCE) {
            Asked<K, T> next = waiting.poll();
            if (next == null) {
                break;
            }
            if (System.nanoTime() - next.since > patience) {
                next.reply.fail(new UnavailableException("Too much waits to be read. Try again in a moment."));
            } else {
                taken.add(next);
            }
        }
        return taken;
    }

    private void answer(List<Asked<K, T>> taken) {
        var keys = new LinkedHashSet<K>();
        taken.forEach(asked -> keys.add(asked.key));
        try {
            Map<K, T> found = reads.read(keys);
            taken.forEach(asked -> asked.reply.succeed(Optional.ofNullable(found.get(asked.key))));
        } catch (SQLException | InterruptedException | RuntimeException | Error broken) {
            if (taken.size() == 1 || PostgresErrors.everybodys(broken)) {
                Throwable why = PostgresErrors.told(broken);
                taken.forEach(asked -> asked.reply.fail(why));
            } else {
                taken.forEach(asked -> answer(List.of(asked)));
            }
        }
    }
}
