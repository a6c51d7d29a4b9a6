package dev.carrel.tck.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Runs the same at once, many times: on platform threads, because a virtual thread that asks again and again without ever
 * blocking keeps its carrier, and what it waits for may never run (JEP 444 gives no time slices).
 */
final class Together {
    private static final int MINUTES = 2;

    private Together() {}

    /**
     * Starts {@code n} threads at one moment, waits for all, and throws the first thing that any of them threw, whatever the
     * others wait for.
     */
    static void run(int n, IntConsumer action) {
        var start = new CountDownLatch(1);
        var threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().inheritInheritableThreadLocals(false).factory());
        try {
            var done = new ExecutorCompletionService<Boolean>(threads);
            for (int i = 0; i < n; i++) {
                int me = i;
                done.submit(() -> {
                    start.await();
                    action.accept(me);
                    return true;
                });
            }
            start.countDown();
            for (int i = 0; i < n; i++) {
                @Nullable
                Future<Boolean> next = done.poll(MINUTES, TimeUnit.MINUTES);
                if (next == null) {
                    throw new AssertionError((n - i) + " of " + n + " have not ended after " + MINUTES + " minutes");
                }
                next.get();
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
