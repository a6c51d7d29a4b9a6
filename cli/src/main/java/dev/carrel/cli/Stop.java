package dev.carrel.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

import dev.carrel.onnx.MiniLm;

/**
 * What is done when the process ends, whenever that is. A process that ends while native code loads the model or runs it
 * aborts (status 134), so whatever ends it waits until the model is let go of. Doing it twice is doing it once.
 * Thread-safe.
 */
final class Stop implements Runnable {
    private final CompletableFuture<MiniLm> model;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private Runnable first = () -> {};
    private boolean begun;

    Stop(CompletableFuture<MiniLm> model) {
        this.model = model;
    }

    /** What is to be done before the model is let go. */
    void first(Runnable work) {
        synchronized (this) {
            first = work;
            if (!begun) {
                return;
            }
        }
        work.run();
    }

    synchronized boolean begun() {
        return begun;
    }

    @Override
    public void run() {
        Runnable before;
        synchronized (this) {
            begun = true;
            before = first;
        }
        try {
            before.run();
        } finally {
            model.<Void>handle((loaded, failure) -> {
                if (loaded != null) {
                    loaded.close();
                }
                return null;
            }).join();
            stopped.countDown();
        }
    }

    /** Waits until all of it is done. */
    void await() throws InterruptedException {
        stopped.await();
    }
}
