package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.concurrent.ContextTimer;
import dev.carrel.error.EndedContextException;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Each run of a periodic task is one of its own, whatever runs it. */
class PeriodicRunsTest {
    /** Belongs to the tenant, so it is there for periodic work too, and is a list, so it is copied. */
    private static final ContextKey<List<String>> NOTES = ContextKey.<List<String>>builder("notes", Kind.TENANT)
            .copy(ArrayList::new).build();
    private static final ContextKey<String> ROUND = ContextKey.of("round", Kind.TASK);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Timer timer = new Timer(true);

    enum Way {
        FIXED_RATE, FIXED_DELAY, TIMER, TIMER_AFTER_ONCE, BY_HAND
    }

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
        timer.cancel();
    }

    private void every(Way way, Runnable task) {
        ScheduledExecutorService propagating = Context.propagating(scheduler);
        if (way == Way.TIMER) {
            timer.schedule(ContextTimer.periodic(task), 0, 1);
        } else if (way == Way.TIMER_AFTER_ONCE) {
            timer.schedule(ContextTimer.once(task), 0, 1);
        } else {
            Future<?> unused = switch (way) {
                case FIXED_RATE -> propagating.scheduleAtFixedRate(task, 0, 1, MILLISECONDS);
                case FIXED_DELAY -> propagating.scheduleWithFixedDelay(task, 0, 1, MILLISECONDS);
                default -> scheduler.scheduleAtFixedRate(Context.current().wrapPeriodic(task), 0, 1, MILLISECONDS);
            };
        }
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        assertThat(next).as("a run within ten seconds").isNotNull();
        return next;
    }

    @ParameterizedTest
    @EnumSource
    void each_run_has_its_own_copy_of_what_is_copied(Way way) throws Exception {
        var seen = new LinkedBlockingQueue<List<String>>();
        List<String> mine = new ArrayList<>(List.of("before"));
        Context.root().with(NOTES, mine).run(() -> every(way, () -> {
            List<String> notes = Context.current().get(NOTES);
            seen.add(List.copyOf(notes));
            notes.add("of a run");
        }));
        mine.add("after");
        for (int run = 0; run < 3; run++) {
            assertThat(next(seen)).as("run %s", run).containsExactly("before");
        }
        assertThat(mine).containsExactly("before", "after");
    }

    @ParameterizedTest
    @EnumSource(names = "TIMER_AFTER_ONCE", mode = EnumSource.Mode.EXCLUDE)
    void what_is_kept_of_one_run_has_ended_in_the_next(Way way) throws Exception {
        var kept = new LinkedBlockingQueue<Context>();
        Context.root().run(() -> every(way, () -> {
            Context run = Context.current().with(ROUND, "a run's");
            assertThat(run.get(ROUND)).isEqualTo("a run's");
            kept.add(run);
        }));
        Context first = next(kept);
        next(kept);
        assertThatThrownBy(() -> first.get(ROUND)).isInstanceOf(EndedContextException.class)
                .hasMessageContaining("a periodic task's run");
    }

    @Test
    void a_run_that_fails_has_ended_too() {
        List<Context> kept = new ArrayList<>();
        Runnable run = Context.root().wrapPeriodic(() -> {
            kept.add(Context.current().with(ROUND, "a run's"));
            throw new IllegalStateException("meant to");
        });
        assertThatThrownBy(run::run).hasMessage("meant to");
        assertThatThrownBy(() -> kept.getFirst().get(ROUND)).isInstanceOf(EndedContextException.class);
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void wrapping_again_changes_nothing_and_a_null_is_refused_by_name() {
        Runnable once = Context.root().wrap(() -> {});
        Runnable periodic = Context.root().with(ROUND, "x").wrapPeriodic(() -> {});
        assertThat(Context.root().wrapPeriodic(once)).isSameAs(once);
        assertThat(Context.root().wrapPeriodic(periodic)).isSameAs(periodic);
        assertThat(Context.root().wrap(periodic)).isSameAs(periodic);
        assertThatNullPointerException().isThrownBy(() -> Context.root().wrapPeriodic(null)).withMessage("task");
    }
}
