package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.UnavailableException;

/**
 * Operations that go by the same row wait for each other here, and those that wait are committed together: the more wait, the
 * more share a transaction, and nobody waits for a timer.
 *
 * <p>Per key one thread at a time takes what waits. An operation that refuses has written nothing, so its neighbours are not
 * touched. If a transaction of several breaks, each of them runs again in one of its own, so that only the broken one fails.
 * Who has waited for too long is withdrawn, and told so. Thread-safe.
 */
final class GroupCommit {
    /** How many share a transaction at most: they wait for the slowest of them. */
    static final int GROUP = 64;

    /** Where they run. */
    interface Transactions {
        /**
         * Runs the first of these in one transaction, in their order, commits, and acknowledges them.
         *
         * @param of what they go by
         * @return how many of them, at least one; none of them if it throws
         */
        int commit(Object of, List<Request<?>> group) throws SQLException, InterruptedException;
    }

    private final ConcurrentHashMap<Object, ArrayDeque<Request<?>>> waiting = new ConcurrentHashMap<>();
    private final Transactions transactions;
    private final Executor threads;
    private final long patience;

    /** @param patience for how many nanoseconds an operation waits until it begins */
    GroupCommit(Transactions transactions, Executor threads, long patience) {
        this.transactions = transactions;
        this.threads = threads;
        this.patience = patience;
    }

    /**
     * Runs the operation after those of this key that came before it, and returns its result when it is durable.
     *
     * @throws UnavailableException if it has waited for too long, or the database cannot take it
     * @throws IllegalStateException if the database says that the operation itself is wrong
     */
    <T extends @Nullable Object> T run(Object of, Database.Operation<T> operation) {
        var request = new Request<>(operation);
        boolean[] first = {false};
        waiting.compute(of, (same, queue) -> {
            // The key stays as long as somebody takes what waits there.
            first[0] = queue == null;
            ArrayDeque<Request<?>> behind = queue == null ? new ArrayDeque<>() : queue;
            behind.add(request);
            return behind;
        });
        if (first[0]) {
            threads.execute(() -> lead(of));
        }
        if (!request.reply.awaits(patience) && request.take()) {
            waiting.computeIfPresent(of, (same, queue) -> {
                queue.remove(request);
                return queue;
            });
            throw tooLong();
        }
        return request.reply.await();
    }

    /** How many operations of this key wait. */
    int waiting(Object of) {
        var there = new AtomicInteger();
        waiting.computeIfPresent(of, (same, queue) -> {
            there.set(queue.size());
            return queue;
        });
        return there.get();
    }

    private void lead(Object of) {
        List<Request<?>> group = next(of);
        if (group.isEmpty()) {
            return;
        }
        try {
            commit(of, group);
        } catch (RuntimeException | Error defect) {
            // Nobody is left without an answer, and who comes later still finds somebody to take it.
            group.forEach(request -> request.reply.fail(defect));
        }
        if (waiting.computeIfPresent(of, (same, queue) -> queue.isEmpty() ? null : queue) != null) {
            goOn(of);
        }
    }

    /** Takes what waits by now, but behind what waits for a thread: a few busy keys must not have all of them for ever. */
    private void goOn(Object of) {
        try {
            threads.execute(() -> lead(of));
        } catch (RejectedExecutionException closed) {
            lead(of);
        }
    }

    /** Takes what waits. If that is nothing, whoever comes next leads. */
    private List<Request<?>> next(Object of) {
        List<Request<?>> group = new ArrayList<>();
        waiting.computeIfPresent(of, (same, queue) -> {
            while (group.size() < GROUP && !queue.isEmpty()) {
                Request<?> request = queue.remove();
                if (request.take()) {
                    group.add(request);
                }
            }
            return group.isEmpty() ? null : queue;
        });
        return group;
    }

    private void commit(Object of, List<Request<?>> group) {
        List<Request<?>> rest = group;
        try {
            while (!rest.isEmpty()) {
                rest = rest.subList(transactions.commit(of, rest), rest.size());
            }
        } catch (SQLException | InterruptedException | RuntimeException | Error broken) {
            if (rest.size() == 1 || everybodys(broken)) {
                Throwable why = broken instanceof SQLException e ? PostgresErrors.explained(e) : broken;
                rest.forEach(request -> request.reply.fail(why));
            } else {
                rest.forEach(request -> alone(of, request));
            }
        }
    }

    /** Whether each would meet with the same; above all, what may have been committed must not run again. */
    private static boolean everybodys(Throwable broken) {
        return broken instanceof SQLException e
                && (PostgresErrors.isUnknown(e) || PostgresErrors.unreachable(e) || PostgresErrors.readOnly(e));
    }

    private void alone(Object of, Request<?> request) {
        if (request.waited(patience)) {
            request.reply.fail(tooLong());
        } else {
            commit(of, List.of(request));
        }
    }

    private static UnavailableException tooLong() {
        return new UnavailableException("Too much waits to be stored. Try again in a moment.");
    }
}
