package dev.carrel.tck.context;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** Waits until something is over, and never for ever. */
final class Waiting {
    private Waiting() {}

    static void terminated(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(Probe.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the executor did not terminate within " + Probe.PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the executor was closed", e);
        }
    }
}
