package dev.carrel.store.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

import dev.carrel.session.store.Retention;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

/**
 * A node: a store whose leases run on the database's clock, and a clock of the node's own, which may be wrong.
 *
 * @param time what the node believes that time it is
 */
record PostgresNode(PostgresStore store, TestTime time) implements StoreSubject, AutoCloseable {
    static PostgresNode open(PostgresAddress address) {
        return open(address, PostgresDatabase.PATIENCE);
    }

    static PostgresNode open(PostgresAddress address, Duration patience) {
        return new PostgresNode(PostgresStore.open(address, Retention.DEFAULT, null, patience), TestTime.start());
    }

    /** Does this {@code n} times at once, and throws what any of them threw. */
    static void together(int n, IntConsumer action) throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                int me = i;
                running.add(threads.submit(() -> action.accept(me)));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
