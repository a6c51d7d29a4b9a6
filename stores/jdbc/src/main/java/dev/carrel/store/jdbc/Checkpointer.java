package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what was committed from the write-ahead log into the database, beside the writer, which would else stop for it
 * and for the disk. It is passive: it waits for nobody and nobody waits for it. The writer's own checkpoint remains, as
 * what starts the log over from its beginning, and finds little left to copy.
 */
final class Checkpointer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Sql sql;
    private final LongSupplier commits;
    private final Thread thread = Thread.ofPlatform().name("carrel-store-checkpointer").daemon()
            .inheritInheritableThreadLocals(false).unstarted(this::work);
    private volatile boolean closing;

    /** @param commits how many commits there were so far; while it stands still there is nothing to do */
    Checkpointer(Sql sql, LongSupplier commits) {
        this.sql = sql;
        this.commits = commits;
    }

    void start() {
        thread.start();
    }

    private void work() {
        long done = commits.getAsLong();
        while (!closing) {
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException onlyCloseInterrupts) {
                return;
            }
            long now = commits.getAsLong();
            if (now == done) {
                continue;
            }
            try {
                sql.list("PRAGMA wal_checkpoint(PASSIVE)", row -> row.integer(1));
                done = now;
            } catch (SQLException e) {
                // The log only grows meanwhile; the writer says so when it can no longer write.
                LOG.debug("No checkpoint", e);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        closing = true;
        // Ends the pause; a checkpoint that has begun is in native code, which knows no interrupts.
        thread.interrupt();
        Ending.await(List.of(thread));
        sql.close();
    }
}
