package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;

/**
 * The one thread that writes. It takes whatever operations wait, runs them in one transaction, commits, and only then
 * publishes and answers: the more wait, the more share a commit, and nobody waits for a timer.
 *
 * <p>An operation that refuses (a conflict, a lost lease) has written nothing, so its neighbours are not touched. If one
 * breaks (the disk is full, a constraint does not hold), all is rolled back and each runs again in a transaction of its
 * own, so that only the broken one fails. Operations must therefore be repeatable: their effects are in the database and in
 * {@link Tx#afterCommit} only. Thread-safe.
 */
final class Writer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int GROUP = 256;
    static final int QUEUE = 8192;

    private final Sql sql;
    private final Tx tx;
    private final ArrayBlockingQueue<Request<?>> queue;
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean ended;
    private final AtomicLong commits = new AtomicLong();

    Writer(Sql sql, int capacity) {
        this.sql = sql;
        this.tx = new Tx(sql);
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.thread = Thread.ofPlatform().name("carrel-store-writer").daemon().inheritInheritableThreadLocals(false)
                .unstarted(this::work);
    }

    void start() {
        thread.start();
    }

    /**
     * As {@link #run}, for what begins new work. It is refused while there is still room for what has begun already.
     *
     * @throws OverloadedException if too much waits
     */
    <T extends @Nullable Object> T admit(Database.Operation<T> operation) {
        if (queue.remainingCapacity() * 4 < queue.size()) {
            throw new OverloadedException("Too much waits to be stored.", Duration.ofSeconds(1));
        }
        return run(operation);
    }

    /**
     * Runs the operation and returns its result when it is durable.
     *
     * @throws UnavailableException if the store is closed or overrun, or the database cannot take it; then nothing was
     * changed
     * @throws IllegalStateException if the database says that the operation itself is wrong
     */
    <T extends @Nullable Object> T run(Database.Operation<T> operation) {
        if (closing) {
            throw closed();
        }
        var request = new Request<>(operation);
        if (!queue.offer(request)) {
            throw new UnavailableException("Too much waits to be stored. Try again in a moment.");
        }
        // Whoever comes after the writer's last look at its queue takes the request back; before it, the writer answers.
        if (ended && queue.remove(request)) {
            throw closed();
        }
        return request.reply.await();
    }

    /** How many operations wait. */
    int waiting() {
        return queue.size();
    }

    /** How often it has committed. */
    long commits() {
        return commits.get();
    }

    private static UnavailableException closed() {
        return new UnavailableException("The server is stopping.");
    }

    private void work() {
        List<Request<?>> group = new ArrayList<>();
        while (true) {
            try {
                group.add(queue.take());
            } catch (InterruptedException onlyCloseInterrupts) {
                break;
            }
            queue.drainTo(group, GROUP - 1);
            commit(group);
            group.clear();
            if (closing && queue.isEmpty()) {
                break;
            }
        }
        ended = true;
        queue.drainTo(group);
        group.forEach(request -> request.reply.fail(closed()));
    }

    private void commit(List<Request<?>> group) {
        try {
            sql.update("BEGIN IMMEDIATE");
            for (Request<?> request : group) {
                request.attempt(tx);
            }
            sql.update("COMMIT");
            commits.incrementAndGet();
        } catch (SQLException | RuntimeException | Error broken) {
            rollBack();
            if (group.size() == 1) {
                group.getFirst().reply.fail(explained(broken));
            } else {
                group.forEach(request -> commit(List.of(request)));
            }
            return;
        }
        for (Runnable tell : tx.told()) {
            try {
                tell.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A listener failed; what it was told is stored", e);
            }
        }
        group.forEach(Request::acknowledge);
    }

    private void rollBack() {
        tx.told();
        try {
            sql.update("ROLLBACK");
        } catch (SQLException e) {
            // A full disk or an I/O error makes SQLite roll back by itself, and then there is nothing to roll back.
            LOG.debug("Not rolled back", e);
        }
    }

    private static Throwable explained(Throwable broken) {
        if (broken instanceof SQLException e) {
            return SqliteErrors.explained(e, "take a change");
        }
        return broken;
    }

    /** Commits what waits, and ends. Later operations are refused. */
    @Override
    public void close() throws SQLException {
        closing = true;
        // Wakes a writer that waits for work; one that works looks at the flag when it is done.
        queue.offer(new Request<>(none -> true));
        Ending.await(List.of(thread));
        sql.close();
    }
}
