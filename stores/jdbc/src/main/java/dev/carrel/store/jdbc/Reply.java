package dev.carrel.store.jdbc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * What a caller waits for. It waits through interrupts, for they cannot call back what is being written: it learns what
 * became of it, and finds its interrupt flag set.
 */
final class Reply<T extends @Nullable Object> {
    private final CompletableFuture<T> done = new CompletableFuture<>();

    void succeed(T result) {
        done.complete(result);
    }

    void fail(Throwable why) {
        done.completeExceptionally(why);
    }

    /** Waits for so many nanoseconds at most; whether it is there by then. */
    boolean awaits(long nanos) {
        boolean interrupted = false;
        long end = System.nanoTime() + nanos;
        try {
            while (true) {
                try {
                    done.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                    return true;
                } catch (ExecutionException failed) {
                    return true;
                } catch (TimeoutException late) {
                    return false;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    T await() {
        try {
            return done.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException refused -> throw refused;
                case Error error -> throw error;
                case null, default -> throw e;
            }
        }
    }
}
