package dev.carrel.app;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.batch.Batching;
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
    private final Batching batches;
    private final TimeSource time;
    private @Nullable CompletableFuture<Boolean> last;
    private long asked;
    private long answered;

    /** @param batches those of the model, which is there for as long as it is being asked */
    Probe(String name, ServedModel model, Batching batches, TimeSource time) {
        this.name = name;
        this.model = model;
        this.batches = batches;
        this.time = time;
    }

    /** What the model was asked, and will say or has said. */
    final class Question {
        private final CompletableFuture<Boolean> answer;
        private final long end;

        private Question(CompletableFuture<Boolean> answer, long end) {
            this.answer = answer;
            this.end = end;
        }

        /** Whether the model says that it can be called; waits for that, but not for ever. */
        boolean healthy() throws InterruptedException {
            try {
                return answer.get(Math.max(0, end - time.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException("an answer is always completed normally", e);
            }
        }
    }

    /** Asks the model, unless it is being asked, or has just answered. Waits for nothing. */
    synchronized Question ask() {
        return new Question(current(), asked + PATIENCE.toNanos());
    }

    private CompletableFuture<Boolean> current() {
        if (last != null && (!last.isDone() || time.nanoTime() - answered < HOLDS.toNanos())) {
            return last;
        }
        var answer = new CompletableFuture<Boolean>();
        last = answer;
        asked = time.nanoTime();
        Batching.Hold hold = batches.hold();
        // On a thread of its own, in no context: the model is not asked for whoever happens to want to know.
        Thread.ofVirtual().name("model-health-" + name).inheritInheritableThreadLocals(false)
                .start(() -> answer(answer, hold));
        return answer;
    }

    private void answer(CompletableFuture<Boolean> answer, Batching.Hold hold) {
        boolean healthy = false;
        try (hold) {
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
