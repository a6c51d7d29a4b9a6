package dev.carrel.store.jdbc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

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
