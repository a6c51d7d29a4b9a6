package dev.carrel.tck.context;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The contract of futures turns red where a dependent does not run for whoever registered it. */
class BrokenFuturesTest {
    @Test
    void those_of_the_jdk_run_as_their_completer_and_fail() {
        Verdicts verdicts = Verdicts.of(BrokenFutures.RunAsCompleter.class);
        assertThat(verdicts.byHop().keySet()).contains("thenApply", "thenApplyAsync", "thenApplyAsync(executor)",
                "exceptionallyCompose", "minimalCompletionStage, thenApply", "allOf, thenRun", "of, thenApply",
                "orTimeout, exceptionally");
        assertThat(verdicts.failed()).contains(Cell.NORMAL, Cell.EXCEPTION, Cell.CANCEL, Cell.TIME_OUT,
                Cell.CALLER_RUNS);
        assertThat(verdicts.messages()).contains("the task of alice was to see alice and saw bob");
        assertThat(verdicts.byHop().keySet()).doesNotContain("supplyAsync", "runAsync", "completedStage, thenApply");
    }

    @Test
    void those_that_thought_of_one_method_pass_for_that_one() {
        Verdicts verdicts = Verdicts.of(BrokenFutures.CapturesInThenApplyAlone.class);
        assertThat(verdicts.byHop().keySet()).doesNotContain("thenApply", "copy, thenApply",
                "newIncompleteFuture, thenApply").contains("thenApplyAsync", "thenCompose", "handle",
                        "minimalCompletionStage, thenApply");
    }
}
