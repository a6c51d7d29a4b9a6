package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.UnavailableException;

/**
 * Operations that go by the same row wait for each other here, and those that wait are committed together: the more wait, the
 * more share a transaction, and nobody waits for a timer.
 *
 * <p>Per key one thread at a time takes what waits. An operation that refuses has written nothing, so its neighbours are not
 * touched. If a transaction of several breaks, each of them runs again in one of its own, so that only the broken one fails.
 * Who has waited for too long is withdrawn, and told so.
 *
 * <p>{@link Rider}s of different keys share transactions as well: while a {@link Ride} is under way, those that come wait for
 * the next. Thread-safe.
 */
final class GroupCommit {
    /** How many share a transaction at most: they wait for the slowest of them. */
    static final int GROUP = 64;
    /** How many rides are under way at most. */
    private static final int RIDES = Integer.getInteger("rides", 1);

    /** Where they run. */
    interface Transactions {
        /**
         * Runs the first of these in one transaction, in their order, commits, and acknowledges them.
         *
         * @param of what they go by
         * @return how many of them, at least one; none of them if it throws
         */
        int commit(Object of, List<Request<?>> group) throws SQLException, InterruptedException;

        /**
         * Runs riders of several keys in one transaction, commits, and acknowledges them.
         *
         * @return those that are to run without others, of which nothing was done; if it throws, nothing was done at all
         */
        default Set<Ride.Group> ride(List<Ride.Group> groups) throws SQLException, InterruptedException {
            return Set.copyOf(groups);
        }
    }

    private final ConcurrentHashMap<Object, ArrayDeque<Request<?>>> waiting = new ConcurrentHashMap<>();
    /** Keys whose next is a rider, and for which nobody works yet. */
    private final ConcurrentLinkedQueue<Object> boarding = new ConcurrentLinkedQueue<>();
    private final Semaphore rides = new Semaphore(RIDES);
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
            begin(of, request);
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

    /** What waits for this key, this one first, is taken as soon as may be. */
    private void begin(Object of, Request<?> next) {
        if (next.rides()) {
            boarding.add(of);
            depart();
        } else {
            soon(() -> lead(of));
        }
    }

    /** Runs it, but behind what waits for a thread: a few busy keys must not have all of them for ever. */
    private void soon(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException closed) {
            work.run();
        }
    }

    private void lead(Object of) {
        List<Request<?>> group = next(of, false);
        if (!group.isEmpty()) {
            work(of, group);
        }
    }

    /** Answers these, which were taken, and has those go on that wait for the key. */
    private void work(Object of, List<Request<?>> group) {
        try {
            commit(of, group);
        } catch (RuntimeException | Error defect) {
            // Nobody is left without an answer, and who comes later still finds somebody to take it.
            group.forEach(request -> request.reply.fail(defect));
        }
        goOn(of);
    }

    private void goOn(Object of) {
        var next = new AtomicReference<@Nullable Request<?>>();
        waiting.computeIfPresent(of, (same, queue) -> {
            next.set(queue.peek());
            return queue.isEmpty() ? null : queue;
        });
        Request<?> head = next.get();
        if (head != null) {
            begin(of, head);
        }
    }

    /**
     * Takes what waits. If that is nothing, whoever comes next leads.
     *
     * @param riders whether only riders are taken; then the key is left as it is
     */
    private List<Request<?>> next(Object of, boolean riders) {
        List<Request<?>> group = new ArrayList<>();
        waiting.computeIfPresent(of, (same, queue) -> {
            while (group.size() < GROUP && !queue.isEmpty() && !(riders && !queue.peek().rides())) {
                Request<?> request = queue.remove();
                if (request.take()) {
                    group.add(request);
                }
            }
            return group.isEmpty() && !riders ? null : queue;
        });
        return group;
    }

    private void depart() {
        if (rides.tryAcquire()) {
            soon(this::ride);
        }
    }

    private void ride() {
        try {
            List<Ride.Group> groups = board();
            if (!groups.isEmpty()) {
                ride(groups);
            }
        } finally {
            rides.release();
            if (!boarding.isEmpty()) {
                depart();
            }
        }
    }

    private List<Ride.Group> board() {
        List<Ride.Group> groups = new ArrayList<>();
        int riders = 0;
        while (riders < GROUP) {
            Object of = boarding.poll();
            if (of == null) {
                break;
            }
            List<Request<?>> group = next(of, true);
            riders += group.size();
            if (group.isEmpty()) {
                goOn(of);
            } else {
                groups.add(new Ride.Group(of, group));
            }
        }
        return groups;
    }

    private void ride(List<Ride.Group> groups) {
        Set<Ride.Group> left;
        try {
            left = transactions.ride(groups);
        } catch (SQLException | InterruptedException | RuntimeException | Error broken) {
            if (everybodys(broken)) {
                groups.forEach(group -> fail(group.riders(), broken));
                left = Set.of();
            } else {
                left = Set.copyOf(groups);
            }
        }
        for (Ride.Group group : groups) {
            if (left.contains(group)) {
                soon(() -> work(group.of(), group.riders()));
            } else {
                goOn(group.of());
            }
        }
    }

    private void commit(Object of, List<Request<?>> group) {
        List<Request<?>> rest = group;
        try {
            while (!rest.isEmpty()) {
                rest = rest.subList(transactions.commit(of, rest), rest.size());
            }
        } catch (SQLException | InterruptedException | RuntimeException | Error broken) {
            if (rest.size() == 1 || everybodys(broken)) {
                fail(rest, broken);
            } else {
                rest.forEach(request -> alone(of, request));
            }
        }
    }

    private static void fail(List<Request<?>> requests, Throwable broken) {
        Throwable why = broken instanceof SQLException e ? PostgresErrors.explained(e) : broken;
        requests.forEach(request -> request.reply.fail(why));
    }

    /** Whether each would meet with the same; above all, what may have been committed must not run again. */
    static boolean everybodys(Throwable broken) {
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
