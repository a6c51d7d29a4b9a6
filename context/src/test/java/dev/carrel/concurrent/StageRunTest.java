package dev.carrel.concurrent;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Boundary;
import dev.carrel.context.Cancellation;
import dev.carrel.interrupt.Handshake;
import dev.carrel.interrupt.Origin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Between a function and whoever stops it, at the moments that a future shows only by chance. */
@Timeout(60)
class StageRunTest {
    /** In the middle of nothing. */
    private static final Origin ELSEWHERE = Origin.here(Boundary.EXECUTOR);

    @Test
    void a_function_that_was_stopped_before_it_began_does_not_begin() {
        var ran = new AtomicBoolean();
        var stoppable = new StageRun();
        stoppable.stop(false);
        assertThatThrownBy(() -> stoppable.callStoppable(ELSEWHERE, true, null, () -> ran.getAndSet(true)))
                .isInstanceOf(CancellationException.class);
        var synchronous = new StageRun();
        synchronous.stop(false);
        assertThatThrownBy(() -> synchronous.call(ELSEWHERE, () -> ran.getAndSet(true)))
                .isInstanceOf(CancellationException.class);
        assertThat(ran).isFalse();
    }

    @Test
    void a_function_that_is_stopped_twice_is_interrupted_once() {
        var run = new StageRun();
        run.callStoppable(ELSEWHERE, true, null, () -> {
            run.stop(true);
            assertThat(Thread.interrupted()).isTrue();
            run.stop(true);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(Cancellation.current().requested()).isTrue();
            return "";
        });
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void an_interrupt_of_somebody_else_is_left_alone() {
        var run = new StageRun();
        run.callStoppable(ELSEWHERE, true, null, () -> {
            Thread.currentThread().interrupt();
            return "";
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void what_fails_is_over_as_well() {
        var run = new StageRun();
        assertThatThrownBy(() -> run.callStoppable(ELSEWHERE, true, null, () -> {
            run.stop(true);
            throw new IllegalStateException("as planned");
        })).hasMessage("as planned");
        assertThat(Thread.interrupted()).isFalse();
        run.stop(true);
        assertThat(Thread.interrupted()).isFalse();
    }

    /** One function in the middle of another, which is stopped from another thread at any moment. */
    @Test
    void an_interrupt_meets_its_own_function_only_however_they_nest() throws Exception {
        assertThat(astray(1_000, Runnable::run)).isZero();
    }

    @Test
    void nor_does_one_that_comes_by_way_of_the_task_which_carries_the_function() throws Exception {
        assertThat(astray(1_000, body -> Handshake.ofTask().<String, RuntimeException>call(() -> {
            body.run();
            // Nothing is left for what the task does next.
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return "";
        }))).isZero();
    }

    private static int astray(int times, Consumer<Runnable> around) throws Exception {
        var astray = new AtomicInteger();
        var barrier = new CyclicBarrier(2);
        for (int i = 0; i < times; i++) {
            var outer = new StageRun();
            var inner = new StageRun();
            Thread stopper = Thread.ofPlatform().start(() -> {
                meet(barrier);
                outer.stop(true);
            });
            around.accept(() -> outer.callStoppable(ELSEWHERE, true, null, () -> {
                meet(barrier);
                inner.call(ELSEWHERE, () -> {
                    if (Thread.currentThread().isInterrupted()) {
                        astray.incrementAndGet();
                    }
                    Thread.onSpinWait();
                    if (Thread.currentThread().isInterrupted()) {
                        astray.incrementAndGet();
                    }
                    return "";
                });
                return "";
            }));
            if (Thread.interrupted()) {
                astray.incrementAndGet();
            }
            stopper.join();
            if (Thread.interrupted()) {
                astray.incrementAndGet();
            }
        }
        return astray.get();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
