package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.UnavailableException;

/** A few threads that read, each on a connection of its own. A read sees everything that was acknowledged. Thread-safe. */
final class Readers implements AutoCloseable {
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
    <T extends @Nullable Object> T run(Database.Query<T> query) {
        return ask(new Request<>(query, false));
    }

    private <T extends @Nullable Object> T ask(Request<T> request) {
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
    <T extends @Nullable Object> T together(Database.Query<T> query) {
        return ask(new Request<>(query, true));
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

    /** @param together whether it needs a read transaction of its own */
    private record Request<T extends @Nullable Object>(Database.Query<T> query, boolean together, Reply<T> reply) {
        Request(Database.Query<T> query, boolean together) {
            this(query, together, new Reply<>());
        }

        void answer(Sql sql) {
            try {
                reply.succeed(together ? inOneTransaction(sql) : query.run(sql));
            } catch (SQLException e) {
                reply.fail(SqliteErrors.explained(e, "be read"));
            } catch (RuntimeException | Error e) {
                reply.fail(e);
            }
        }

        private T inOneTransaction(Sql sql) throws SQLException {
            sql.update("BEGIN");
            try {
                return query.run(sql);
            } finally {
                sql.update("COMMIT");
            }
        }
    }
}
