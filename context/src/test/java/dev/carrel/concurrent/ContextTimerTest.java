package dev.carrel.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** Tasks of a java.util.Timer. */
class ContextTimerTest {
    private static final ContextKey<String> SCHOOL = ContextKey.of("school", Kind.TENANT);

    private final Timer timer = new Timer(true);
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        timer.cancel();
    }

    private void note() {
        seen.add(who() + " " + Context.current().find(SCHOOL).orElse("nowhere"));
    }

    private List<String> next(int count) throws InterruptedException {
        var all = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            all.add(String.valueOf(seen.poll(10, TimeUnit.SECONDS)));
        }
        return all;
    }

    private TimerTask alices(boolean periodic) {
        return AS_ALICE.with(SCHOOL, "north").call(
                () -> periodic ? ContextTimer.periodic(this::note) : ContextTimer.once(this::note));
    }

    @Test
    void a_task_that_runs_once_does_so_as_who_made_it_and_one_after_it_as_its_own() throws Exception {
        timer.schedule(alices(false), 0);
        timer.schedule(ContextTimer.once(this::note), 0);
        assertThat(next(2)).containsExactly("alice north", "nobody nowhere");
    }

    @Test
    void the_runs_of_a_periodic_task_belong_to_nobody_of_the_tenant() throws Exception {
        timer.schedule(alices(true), 0, 1);
        assertThat(next(3)).containsOnly("nobody north");
    }

    @Test
    void a_task_that_was_to_run_once_keeps_its_user_no_longer_than_that() throws Exception {
        timer.schedule(alices(false), 0, 1);
        assertThat(next(3)).containsExactly("alice north", "nobody north", "nobody north");
    }

    @Test
    void a_task_is_cancelled_as_any_other() throws Exception {
        var ran = new CompletableFuture<String>();
        TimerTask task = asAlice(() -> ContextTimer.once(() -> ran.complete("")));
        timer.schedule(task, TimeUnit.HOURS.toMillis(1));
        assertThat(task.cancel()).isTrue();
        assertThat(ran).isNotDone();
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void a_null_is_refused_by_name() {
        assertThatNullPointerException().isThrownBy(() -> ContextTimer.once(null)).withMessage("task");
        assertThatNullPointerException().isThrownBy(() -> ContextTimer.periodic(null)).withMessage("task");
    }
}
