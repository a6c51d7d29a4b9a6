package dev.carrel.batch;

import java.util.List;
import java.util.function.BooleanSupplier;

import dev.carrel.error.DeadlineException;
import dev.carrel.interrupt.Handshake;

/** A batch on its thread, until it ends or is given up. Thread-safe. */
final class RunningBatch<I, O> {
    private enum Stand {
        RUNS, ENDED, GIVEN_UP
    }

    private final String batcher;
    private final List<Pending<I, O>> items;
    private final Thread thread = Thread.currentThread();
    private final Handshake handshake = new Handshake();
    private Stand stand = Stand.RUNS;

    /** On the calling thread. */
    RunningBatch(String batcher, List<Pending<I, O>> items) {
        this.batcher = batcher;
        this.items = items;
    }

    /** It has taken too long: its callers are answered, and its thread is interrupted and given up, unless it has just ended. */
    void late(Workers workers) {
        synchronized (this) {
            if (stand != Stand.RUNS) {
                return;
            }
            stand = Stand.GIVEN_UP;
            for (Pending<I, O> each : items) {
                each.finish(each.item().failed(new DeadlineException("\"" + batcher + "\" took too long.")));
            }
            workers.abandon(thread);
            // Last: a model that obeys is back at once.
            handshake.interrupt();
        }
    }

    /** Does it, on its thread, which it holds meanwhile. */
    boolean run(BooleanSupplier body) {
        return handshake.<Boolean, RuntimeException>call(body::getAsBoolean);
    }

    /** It has ended, on its thread; false if it was given up before. */
    synchronized boolean end() {
        if (stand == Stand.GIVEN_UP) {
            return false;
        }
        stand = Stand.ENDED;
        return true;
    }

    /** Whether it was given up: what its thread does from now on is for nobody. */
    synchronized boolean givenUp() {
        return stand == Stand.GIVEN_UP;
    }
}
