package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.UnavailableException;

/** A few threads that read, each on a connection of its own. A read sees everything that was acknowledged. Thread-safe. */
final class Readers implements AutoCloseable {
    /** A read, run on a reader's thread, in one read transaction. */
    @FunctionalInterface
    interface Query<T extends @Nullable Object> {
        T run(Sql sql) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);
    private static final int QUEUE = 8192;

    private final ArrayBlockingQueue<Request<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final List<Sql> connections;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closing;

    Readers(List<Sql> connections) {
        this.connections = List.copyOf(connections);
    }

    void start() {
        for (Sql sql : connections) {
            threads.add(
                    Thread.ofPlatform().name("carrel-store-reader-", threads.size()).daemon()
                            .inheritInheritableThreadLocals(false).start(() -> work(sql)));
        }
    }

    /** Reads with one statement. */
    <T extends @Nullable Object> T run(Query<T> query) {
        var request = new Request<>(query);
        if (closing) {
            throw closed();
        }
        if (!queue.offer(request)) {
            throw new UnavailableException("Too much waits to be read. Try again in a moment.");
        }
        // As in Writer: nobody looks at the queue any more, so whoever finds its request there takes it back.
        if (closing && queue.remove(request)) {
            throw closed();
        }
        return request.reply.await();
    }

    /** Reads with several statements, which all see the database as it is at one moment. */
    <T extends @Nullable Object> T together(Query<T> query) {
        return run(sql -> {
            sql.update("BEGIN");
            try {
                return query.run(sql);
            } finally {
                sql.update("COMMIT");
            }
        });
    }

    private static UnavailableException closed() {
        return new UnavailableException("The server is stopping.");
    }

    private void work(Sql sql) {
        while (true) {
            try {
                queue.take().answer(sql);
            } catch (InterruptedException onlyCloseInterrupts) {
                return;
            }
        }
    }

    /** Ends when the reads that have begun are done; those that wait are refused. */
    @Override
    public void close() throws SQLException {
        closing = true;
        // Ends the wait for work only: a read that has begun is in native code, which knows no interrupts.
        for (Thread thread : threads) {
            thread.interrupt();
        }
        Ending.await(threads);
        List<Request<?>> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(request -> request.reply.fail(closed()));
        for (Sql sql : connections) {
            sql.close();
        }
    }

    private record Request<T extends @Nullable Object>(Query<T> query, Reply<T> reply) {
        Request(Query<T> query) {
            this(query, new Reply<>());
        }

        void answer(Sql sql) {
            try {
                reply.succeed(query.run(sql));
            } catch (SQLException e) {
                LOG.warn("The database cannot be read", e);
                reply.fail(SqliteErrors.unavailable(e));
            } catch (RuntimeException | Error e) {
                reply.fail(e);
            }
        }
    }
}
