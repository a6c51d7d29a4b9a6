package dev.carrel.integrations.together;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

import io.micrometer.context.ContextExecutorService;
import io.micrometer.context.ContextSnapshotFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;

/** Every way in which work comes to a worker of one pool, by whichever library. */
enum Hop {
    CARREL_EXECUTOR {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return Context.propagating(pool).submit(task);
        }
    },
    CARREL_WRAP {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return pool.submit(Context.current().wrap(task));
        }
    },
    CARREL_CONTINUATION {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            var completed = new CompletableFuture<Integer>();
            Future<@Nullable String> continued = ContextFuture.of(completed).thenApply(one -> {
                try {
                    return task.call();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            pool.execute(() -> completed.complete(1));
            return continued;
        }
    },
    OPENTELEMETRY_EXECUTOR {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return io.opentelemetry.context.Context.taskWrapping(pool).submit(task);
        }
    },
    OPENTELEMETRY_WRAP {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return pool.submit(io.opentelemetry.context.Context.current().wrap(task));
        }
    },
    MICROMETER_EXECUTOR {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return ContextExecutorService.wrap(pool, KEEPING::captureAll).submit(task);
        }
    },
    MICROMETER_CLEARING {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return pool.submit(CLEARING.captureAll().wrap(task));
        }
    },
    REACTOR {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            return Mono.<String>fromCallable(task).subscribeOn(Schedulers.fromExecutorService(pool))
                    .contextCapture().toFuture();
        }
    },
    VIRTUAL_THREAD {
        @Override
        Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task) {
            var result = new CompletableFuture<@Nullable String>();
            Context.oneTaskThreads(Thread.ofVirtual().factory()).newThread(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            }).start();
            return result;
        }
    };

    private static final ContextSnapshotFactory KEEPING = ContextSnapshotFactory.builder().clearMissing(false).build();
    private static final ContextSnapshotFactory CLEARING = ContextSnapshotFactory.builder().clearMissing(true).build();

    abstract Future<@Nullable String> to(ExecutorService pool, Callable<@Nullable String> task);
}
