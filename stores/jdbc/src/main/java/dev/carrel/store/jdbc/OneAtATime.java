package dev.carrel.store.jdbc;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** Rounds of work for all who wait, of which one is under way at a time: who comes meanwhile is served by the next. Thread-safe. */
final class OneAtATime {
    private final AtomicBoolean busy = new AtomicBoolean();
    private final Executor threads;
    private final Runnable round;
    private final BooleanSupplier more;

    /**
     * Rounds that begin when they are {@linkplain #go() asked for}.
     *
     * @param round takes what waits, and serves it
     * @param more whether anything waits
     */
    OneAtATime(Executor threads, Runnable round, BooleanSupplier more) {
        this.threads = threads;
        this.round = round;
        this.more = more;
    }

    /** Something waits. */
    void go() {
        if (busy.compareAndSet(false, true)) {
            threads.execute(this::run);
        }
    }

    private void run() {
        try {
            round.run();
        } finally {
            busy.set(false);
            if (more.getAsBoolean()) {
                go();
            }
        }
    }
}
