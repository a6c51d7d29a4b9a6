package dev.carrel.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TaskPoolBuilderTest {
    private static void assertRefused(ThrowingCallable call, String... said) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(said);
    }

    @Test
    void what_cannot_be_is_refused_and_the_message_says_which_pool_and_what() {
        TaskPoolBuilder builder = TaskPool.builder("mine");
        assertRefused(() -> TaskPool.builder("Not a name"), "Not a name");
        assertRefused(() -> builder.concurrency(0), "\"mine\"", "concurrency", "0");
        assertRefused(() -> builder.queue(-1), "\"mine\"", "queue", "-1");
        assertRefused(() -> builder.limit(Duration.ZERO), "\"mine\"", "limit");
        assertRefused(() -> builder.grace(Duration.ofSeconds(-1)), "\"mine\"", "grace");
        assertRefused(() -> builder.closing(Duration.ZERO), "\"mine\"", "closing");
        assertRefused(() -> builder.abandon(-1), "\"mine\"", "abandon");
    }

    @Test
    @SuppressWarnings("NullAway")
    void null_is_refused_by_name() {
        assertThatThrownBy(() -> TaskPool.builder(null)).isInstanceOf(NullPointerException.class).hasMessage("name");
        assertThatThrownBy(() -> TaskPool.builder("mine").limit(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("limit");
        assertThatThrownBy(() -> TaskPool.builder("mine").time(null)).isInstanceOf(NullPointerException.class)
                .hasMessage("time");
    }

    @Test
    @SuppressWarnings("NullAway")
    void bad_tasks_are_refused_and_leave_nothing_behind() {
        try (TaskPool pool = TaskPool.builder("mine").build()) {
            assertThatThrownBy(() -> pool.submit((Callable<String>) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pool.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> pool.execute(null)).isInstanceOf(NullPointerException.class);
            assertRefused(() -> pool.submit(() -> 1, Duration.ofSeconds(-1)), "\"mine\"", "limit of a task");
            assertRefused(() -> pool.invokeAny(List.of()), "no task");
            assertThat(pool.status().total().submitted()).isZero();
        }
    }

    @Test
    void for_ever_is_a_time_too() throws Exception {
        var forever = Duration.ofSeconds(Long.MAX_VALUE);
        TaskPool pool = TaskPool.builder("mine").limit(forever).grace(forever).closing(forever).build();
        assertThat(pool.submit(() -> "in time").get()).isEqualTo("in time");
        var running = pool.submit(() -> "at the end");
        pool.close();
        assertThat(running.get()).isEqualTo("at the end");
        assertThat(pool.isTerminated()).isTrue();
    }
}
