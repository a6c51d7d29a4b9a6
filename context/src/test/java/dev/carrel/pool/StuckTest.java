package dev.carrel.pool;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Tasks that do not stop. */
@Timeout(60)
class StuckTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Logger LOG = Logger.getLogger(TaskPool.class.getName());

    private final ManualTime time = new ManualTime();
    private final Gate release = new Gate();
    private final List<LogRecord> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        release.open();
        LOG.removeHandler(handler);
    }

    private TaskPoolBuilder pool() {
        return TaskPool.builder("test").concurrency(1).queue(2).time(time).limit(SECOND).grace(SECOND);
    }

    private PooledTask<?> deaf(TaskPool pool) {
        var thread = new AtomicReference<@Nullable Thread>();
        var task = pool.submit(() -> {
            thread.set(Thread.currentThread());
            release.passDeaf();
        });
        Awaitility.await().until(() -> {
            Thread its = thread.get();
            return its != null && its.getState() == Thread.State.TIMED_WAITING;
        });
        return task;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_task_that_does_not_stop_is_reported_with_its_stack_and_others_get_its_slot(boolean virtual)
            throws Exception {
        try (TaskPool pool = virtual ? pool().build() : pool().platform().build()) {
            Authority test = Authority.named("test");
            var deaf = test.bind(Context.root(), test.user("school", "alice", "Alice", Set.of()))
                    .call(() -> deaf(pool));
            var next = pool.submit(() -> "next");
            time.pass(SECOND);
            assertThat(deaf.status()).isEqualTo(TaskStatus.TIMED_OUT);
            assertThat(next.status()).isEqualTo(TaskStatus.QUEUED);
            time.pass(SECOND);
            assertThat(next.get()).isEqualTo("next");
            assertThat(pool.status().stuck()).hasSize(1).first().satisfies(stuck -> {
                assertThat(stuck.task()).isEqualTo(deaf.id());
                assertThat(stuck.thread()).startsWith("carrel-test-");
                assertThat(stuck.since()).isEqualTo(SECOND);
                assertThat(stuck.stack()).anyMatch(frame -> frame.getMethodName().equals("passDeaf"));
            });
            assertThat(logged).anySatisfy(line -> {
                assertThat(line.getMessage())
                        .contains("task " + deaf.id() + " of pool \"test\" did not stop within 1000 ms")
                        .doesNotContainIgnoringCase("alice");
                assertThat(line.getThrown().getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("passDeaf"));
            });
            release.open();
            Awaitility.await().until(() -> pool.status().stuck().isEmpty());
            assertThat(pool.submit(() -> "and on").get()).isEqualTo("and on");
        }
    }

    @Test
    void a_task_that_stops_within_the_grace_is_not_reported() throws Exception {
        try (TaskPool pool = pool().build()) {
            var begun = new Gate();
            var stopped = new Gate();
            var task = pool.submit(() -> {
                begun.open();
                try {
                    new Gate().pass();
                } finally {
                    stopped.open();
                }
                return "never";
            });
            begun.pass();
            time.pass(SECOND);
            stopped.pass();
            assertThat(task.isDone()).isTrue();
            assertThat(pool.submit(() -> "its slot is free").get()).isNotEmpty();
            time.pass(SECOND);
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void only_so_many_threads_are_given_up_and_then_the_pool_is_full() throws Exception {
        try (TaskPool pool = pool().abandon(1).build()) {
            assertThat(deaf(pool).isDone()).isFalse();
            time.pass(SECOND);
            time.pass(SECOND);
            Awaitility.await().until(() -> pool.status().stuck().size() == 1);
            assertThat(deaf(pool).isDone()).isFalse();
            time.pass(SECOND);
            time.pass(SECOND);
            Awaitility.await().until(() -> pool.status().stuck().size() == 2);
            var one = pool.submit(() -> 1);
            var two = pool.submit(() -> 2);
            assertThatThrownBy(() -> pool.submit(() -> 3)).isInstanceOf(RejectedExecutionException.class);
            release.open();
            assertThat(one.get() + two.get()).isEqualTo(3);
        }
    }

    @Test
    void when_a_given_up_thread_comes_back_another_may_be_given_up() throws Exception {
        try (TaskPool pool = pool().abandon(1).build()) {
            var comesBack = new Gate();
            var begun = new Gate();
            var first = pool.submit(() -> {
                begun.open();
                comesBack.passDeaf();
            });
            begun.pass();
            time.pass(SECOND);
            time.pass(SECOND);
            assertThat(first.isDone()).isTrue();
            Awaitility.await().until(() -> pool.status().stuck().size() == 1);
            var second = deaf(pool);
            time.pass(SECOND);
            time.pass(SECOND);
            assertThat(second.isDone()).isTrue();
            Awaitility.await().until(() -> pool.status().stuck().size() == 2);
            var waits = pool.submit(() -> "runs at last");
            comesBack.open();
            assertThat(waits.get()).isEqualTo("runs at last");
            release.open();
        }
    }
}
