package dev.carrel.tck.context;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The contracts turn red for what the JDK does by itself. */
class BrokenHopsTest {
    @Test
    void a_plain_fork_join_task_runs_as_the_user_whose_worker_helps() {
        Verdicts verdicts = Verdicts.of(BrokenHops.ForkJoinTasks.class);
        assertThat(verdicts.failed()).containsExactly(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL, Cell.TIME_OUT);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw bob");
    }

    @Test
    void a_concurrent_map_of_the_jdk_loses_the_context() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Gatherer.class);
        assertThat(verdicts.failed()).containsExactly(Cell.NORMAL, Cell.EXCEPTION);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw nobody (the root)");
    }

    @Test
    void a_plain_thread_starts_at_the_root() {
        Verdicts verdicts = Verdicts.of(BrokenHops.PlainThreads.class);
        assertThat(verdicts.failed()).containsExactly(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL, Cell.TIME_OUT);
    }

    @Test
    void a_function_that_is_not_wrapped_sees_whoever_calls_it() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Functions.class);
        assertThat(verdicts.failed()).containsExactly(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL, Cell.TIME_OUT,
                Cell.CALLER_RUNS);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw bob");
    }

    @Test
    void a_lazy_stream_runs_as_whoever_consumes_it() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Streams.class);
        assertThat(verdicts.byHop()).hasSize(10);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw bob");
    }

    @Test
    void a_stream_that_binds_too_much_shows_the_producer_to_the_consumer() {
        Verdicts verdicts = Verdicts.of(BrokenHops.StreamsThatBindTooMuch.class);
        assertThat(verdicts.byHop().keySet()).contains("iterator, forEachRemaining").doesNotContain("iterator, next",
                "iterator, hasNext");
        assertThat(verdicts.messages()).contains("what bob's consumer sees ==> expected: <bob> but was: <alice>");
    }

    @Test
    void a_publisher_and_a_subscriber_run_in_each_others_context() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Flows.class);
        assertThat(verdicts.byHop()).hasSize(16);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw bob")
                .doesNotContain("never");
    }

    @Test
    void a_plain_http_client_calls_back_as_nobody() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Http.class);
        assertThat(verdicts.byHop()).hasSize(6);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw nobody (the root)");
    }

    @Test
    void a_periodic_task_that_keeps_its_creator_fails() {
        Verdicts verdicts = Verdicts.of(BrokenHops.Timers.class);
        assertThat(verdicts.byHop()).containsOnlyKeys("periodic");
        assertThat(verdicts.messages()).contains("and saw alice");
    }
}
