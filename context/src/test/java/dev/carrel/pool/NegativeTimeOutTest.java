package dev.carrel.pool;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeoutException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.concurrent.Two;
import dev.carrel.context.Context;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who waits for less than nothing is told at once, as the JDK tells it, and is who they were. */
@Timeout(60)
class NegativeTimeOutTest {
    private static ExecutorService executor(String kind) {
        return switch (kind) {
            case "pool" -> TaskPool.builder("negative").concurrency(1).build();
            case "propagating" -> Context.propagating(Executors.newFixedThreadPool(1));
            default -> Context.virtualThreads();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "propagating", "virtual"})
    void an_executor_gives_no_time_and_goes_on(String kind) throws Exception {
        var never = new CountDownLatch(1);
        Callable<String> waits = () -> {
            never.await();
            return "never";
        };
        try (ExecutorService executor = executor(kind)) {
            Two.AS_ALICE.<Void, Exception>call(() -> {
                Future<String> running = executor.submit(waits);
                assertThatThrownBy(() -> running.get(-1, SECONDS)).isInstanceOf(TimeoutException.class);
                assertThat(running.isDone()).as("who waits no longer does not stop it").isFalse();
                running.cancel(true);
                assertThat(executor.invokeAll(List.of(waits, waits), -1, SECONDS)).hasSize(2)
                        .allMatch(Future::isCancelled);
                assertThatThrownBy(() -> executor.invokeAny(List.of(waits), -1, SECONDS))
                        .isInstanceOf(TimeoutException.class);
                assertThat(executor.awaitTermination(-1, SECONDS)).isFalse();
                assertThat(Context.current()).isSameAs(Two.AS_ALICE);
                return null;
            });
            assertThat(Two.AS_BOB.call(() -> executor.submit(Two::who)).get(30, SECONDS)).isEqualTo("bob");
        } finally {
            never.countDown();
        }
        assertThat(Two.who()).isEqualTo("nobody");
    }

    @Test
    void a_delay_of_less_than_nothing_is_none_and_a_period_is_refused() throws Exception {
        try (ScheduledExecutorService scheduler = Context.propagating(Executors.newScheduledThreadPool(1))) {
            assertThat(Two.asAlice(() -> scheduler.schedule(Two::who, -1, SECONDS)).get(30, SECONDS))
                    .isEqualTo("alice");
            Two.AS_ALICE.run(() -> {
                assertThatThrownBy(() -> scheduler.scheduleAtFixedRate(() -> {}, 0, -1, SECONDS))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> scheduler.scheduleWithFixedDelay(() -> {}, 0, -1, SECONDS))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(Context.current()).isSameAs(Two.AS_ALICE);
            });
        }
    }

    @Test
    void a_future_is_late_at_once_and_tells_whoever_registered() throws Exception {
        var future = new ContextFuture<String>();
        ContextFuture<String> told = Two.asAlice(() -> future.handle((value, failure) -> Two.who() + " "
                + (failure instanceof TimeoutException)));
        assertThatThrownBy(() -> future.get(-1, SECONDS)).isInstanceOf(TimeoutException.class);
        Two.bobDoes(() -> {
            var unused = future.orTimeout(-1, SECONDS);
        });
        assertThat(told.get(30, SECONDS)).isEqualTo("alice true");
    }
}
