package dev.carrel.tck.context;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The contract turns red for executors that are broken in the ways in which executors are. */
class BrokenExecutorsTest {
    @Test
    void an_executor_without_a_mistake_passes_and_what_does_not_apply_is_counted() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.Whole.class);
        assertThat(verdicts.byHop()).isEmpty();
        assertThat(verdicts.passed()).isEqualTo(52);
        assertThat(verdicts.skipped()).isEqualTo(4);
    }

    @Test
    void one_that_loses_the_context_fails_wherever_a_worker_runs_the_task() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.LosesTheContext.class);
        assertThat(verdicts.failed()).contains(Cell.values());
        assertThat(verdicts.byHop()).hasSize(8);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw nobody (the root)");
    }

    @Test
    void one_whose_tasks_see_what_their_thread_is_in_the_middle_of_fails_where_another_picks_them_up() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.KeepsTheMiddle.class);
        assertThat(verdicts.failed()).containsExactly(Cell.SHUTDOWN);
        assertThat(verdicts.messages()).contains("the task of carol was to see carol and saw bob");
    }

    @Test
    void one_whose_workers_inherit_from_whoever_came_first_fails_with_the_second_user() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.InheritsAtThreadCreation.class);
        assertThat(verdicts.failed()).contains(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL, Cell.REJECTION);
        assertThat(verdicts.messages()).contains("the task of bob was to see bob and saw alice");
    }

    @Test
    void one_whose_worker_keeps_the_last_user_for_nobodys_tasks_fails() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.RestoresInsteadOfClearing.class);
        assertThat(verdicts.failed()).contains(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL);
        assertThat(verdicts.messages()).contains("the task of nobody was to see nobody (the root) and saw alice");
    }

    @Test
    void one_that_captures_once_for_all_fails() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.WrapsOnceAndReuses.class);
        assertThat(verdicts.failed()).contains(Cell.values());
        assertThat(verdicts.messages()).contains("the task of bob was to see bob and saw alice");
    }

    @Test
    void one_that_drops_the_context_where_the_caller_runs_the_task_fails_there() {
        Verdicts verdicts = Verdicts.of(BrokenExecutors.DropsOnCallerRuns.class);
        assertThat(verdicts.byHop()).hasSize(8);
        assertThat(verdicts.byHop().values())
                .allSatisfy(cells -> assertThat(cells).containsExactly(Cell.SHUTDOWN, Cell.CALLER_RUNS));
    }

    @Test
    void one_whose_worker_stays_interrupted_fails() {
        assertThat(Verdicts.of(BrokenExecutors.LeaksTheInterrupt.class).messages()).contains("interrupt");
    }

    @Test
    void one_that_forgot_one_way_to_submit_fails_there_alone() {
        assertThat(Verdicts.of(BrokenExecutors.SkipsAWay.class).byHop()).containsOnlyKeys("invokeAny(timed)");
    }

    @Test
    void what_a_scheduler_promises_is_held_for_periodic_tasks_too() {
        assertThat(Verdicts.of(BrokenExecutors.PeriodicKeepsItsCreator.class).byHop()).containsOnlyKeys(
                "scheduleAtFixedRate",
                "scheduleWithFixedDelay");
    }
}
