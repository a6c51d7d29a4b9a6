package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

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
 * <p>{@link Rider}s of different keys share a transaction as well: while a {@link Ride} is under way, those that come wait for
 * the next, each key's in their order. Thread-safe.
 */
final class GroupCommit {
    /** How many of a key share a transaction at most: they wait for the slowest of them. */
    static final int GROUP = 64;
    /** How many riders a ride has when it leaves no more behind it; a key's are not parted. */
    static final int RIDERS = 256;

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
         * @return those that have to run without others, of which nothing was done; all of them, if there are no rides here
         */
        default Set<Ride.Group> ride(List<Ride.Group> groups) throws SQLException, InterruptedException {
            return Set.copyOf(groups);
        }
    }

    private final Waiting waiting = new Waiting(GROUP);
    /** Keys that are taken for the next ride. */
    private final ConcurrentLinkedQueue<Object> boarding = new ConcurrentLinkedQueue<>();
    private final OneAtATime rides = new OneAtATime(this::soon, this::ride, () -> !boarding.isEmpty());
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
        if (waiting.add(of, request)) {
            begin(of, request);
        }
        if (!request.reply.awaits(patience) && request.take()) {
            waiting.remove(of, request);
            throw tooLong();
        }
        return request.reply.await();
    }

    /** How many operations of this key wait. */
    int waiting(Object of) {
        return waiting.size(of);
    }

    /** Has somebody work for the key, which is taken. */
    private void begin(Object of, Request<?> next) {
        if (next.rides()) {
            boarding.add(of);
            rides.go();
        } else {
            soon(() -> lead(of));
        }
    }

    /** Does it, but behind what waits for a thread: a few busy keys must not have all of them for ever. */
    private void soon(Runnable work) {
        try {
            threads.execute(work);
        } catch (RejectedExecutionException closed) {
            work.run();
        }
    }

    private void lead(Object of) {
        List<Request<?>> group = waiting.take(of);
        if (!group.isEmpty()) {
            work(of, group);
        }
    }

    /** Answers these of a key, and has those go on that wait behind them. */
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
        waiting.next(of).ifPresent(next -> begin(of, next));
    }

    private void ride() {
        List<Ride.Group> groups = board();
        if (!groups.isEmpty()) {
            ride(groups);
        }
    }

    private List<Ride.Group> board() {
        List<Ride.Group> groups = new ArrayList<>();
        int riders = 0;
        while (riders < RIDERS) {
            Object of = boarding.poll();
            if (of == null) {
                break;
            }
            List<Request<?>> group = waiting.takeRiders(of);
            if (group.isEmpty()) {
                goOn(of);
            } else {
                groups.add(new Ride.Group(of, group));
                riders += group.size();
            }
        }
        return groups;
    }

    private void ride(List<Ride.Group> groups) {
        Set<Ride.Group> left;
        try {
            left = transactions.ride(groups);
        } catch (SQLException | InterruptedException | RuntimeException | Error broken) {
            if (PostgresErrors.everybodys(broken)) {
                groups.forEach(group -> fail(group.riders(), broken));
                left = Set.of();
            } else {
                left = Set.copyOf(groups);
            }
        }
        for (Ride.Group group : groups) {
            if (left.contains(group)) {
                // It may wait for somebody, which is no reason for others to wait.
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
            if (rest.size() == 1 || PostgresErrors.everybodys(broken)) {
                fail(rest, broken);
            } else {
                rest.forEach(request -> alone(of, request));
            }
        }
    }

    private static void fail(List<Request<?>> requests, Throwable broken) {
        Throwable why = PostgresErrors.told(broken);
        requests.forEach(request -> request.reply.fail(why));
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
