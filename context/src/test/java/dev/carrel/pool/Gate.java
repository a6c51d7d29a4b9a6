package dev.carrel.pool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Something to wait for, and a way to wait that no interrupt ends. */
final class Gate {
    private final CountDownLatch latch = new CountDownLatch(1);

    void open() {
        latch.countDown();
    }

    /** Waits; an interrupt ends it. */
    void pass() throws InterruptedException {
        if (!latch.await(90, TimeUnit.SECONDS)) {
            throw new AssertionError("the gate did not open");
        }
    }

    /** Waits, deaf to interrupts, which are gone afterwards. */
    void passDeaf() {
        while (true) {
            try {
                pass();
                return;
            } catch (InterruptedException deaf) {
                // this is what deaf means
            }
        }
    }
}
