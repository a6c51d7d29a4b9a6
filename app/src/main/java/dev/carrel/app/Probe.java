package dev.carrel.app;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.batch.ServedModel;
import dev.carrel.time.TimeSource;

/**
 * Asks a model whether it can be called: one question at a time, for however many want to know, and its answer holds for a second.
 * Anybody may want to know, and the question may be dear. Thread-safe.
 */
final class Probe {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);
    private static final Duration HOLDS = Duration.ofSeconds(1);
    /** How long the model has to answer; from then on it counts as one that cannot be called, until it does. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String name;
    private final ServedModel model;
    private final TimeSource time;
    private @Nullable CompletableFuture<Boolean> last;
    private long asked;
    private long answered;

    Probe(String name, ServedModel model, TimeSource time) {
        this.name = name;
        this.model = model;
        this.time = time;
    }

    /** Whether the model says that it can be called. */
    boolean healthy() throws InterruptedException {
        CompletableFuture<Boolean> answer;
        long left;
        synchronized (this) {
            answer = current();
            left = asked + PATIENCE.toNanos() - time.nanoTime();
        }
        try {
            return answer.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("an answer is always completed normally", e);
        }
    }

    private CompletableFuture<Boolean> current() {
        if (last != null && (!last.isDone() || time.nanoTime() - answered < HOLDS.toNanos())) {
            return last;
        }
        var answer = new CompletableFuture<Boolean>();
        last = answer;
        asked = time.nanoTime();
        // On a thread of its own, in no context: the model is not asked for whoever happens to want to know.
        Thread.ofVirtual().name("model-health-" + name).inheritInheritableThreadLocals(false)
                .start(() -> ask(answer));
        return answer;
    }

    private void ask(CompletableFuture<Boolean> answer) {
        boolean healthy = false;
        try {
            healthy = model.healthy();
        } catch (Exception | Error e) {
            LOG.warn("model \"{}\" does not know whether it is healthy: {}", name, e.toString());
        } finally {
            synchronized (this) {
                answered = time.nanoTime();
            }
            answer.complete(healthy);
        }
    }
}
