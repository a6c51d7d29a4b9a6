package dev.carrel.test;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import static org.assertj.core.api.Assertions.assertThat;

class StrictContextsTest {
    private record Failed(String what, Throwable why) {}

    private static List<Failed> failuresOf(Class<?> tests) {
        return failuresOf(tests, false);
    }

    private static List<Failed> failuresOf(Class<?> tests, boolean parallel) {
        List<Failed> failures = new ArrayList<>();
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request().selectors(DiscoverySelectors.selectClass(tests))
                        .configurationParameter("carrel.strict.patience", "200")
                        .configurationParameter("junit.jupiter.execution.parallel.enabled", String.valueOf(parallel))
                        .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                        .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                        .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                        .build(),
                new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        result.getThrowable().ifPresent(why -> failures.add(new Failed(test.getDisplayName(), why)));
                    }
                });
        return failures;
    }

    @AfterAll
    static void end() {
        Left.GATE.countDown();
    }

    @Test
    void a_test_that_leaves_a_thread_fails_with_its_name_and_what_it_does() {
        List<Failed> failures = failuresOf(Left.AThread.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().what()).isEqualTo("leaves_a_thread()");
        assertThat(failures.getFirst().why()).hasMessageContaining("leaves_a_thread() left behind")
                .hasMessageContaining("\"left-platform\"");
        assertThat(failures.getFirst().why().getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("stay"));
    }

    @Test
    void a_virtual_thread_counts_as_well() {
        List<Failed> failures = failuresOf(Left.AVirtualThread.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("virtual thread #")
                .hasMessageContaining("\"left-virtual\"");
    }

    @Test
    void a_lifetime_that_nobody_ended_is_told_with_where_it_began() {
        List<Failed> failures = failuresOf(Left.ALifetime.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("lifetime of turn 4711");
        assertThat(failures.getFirst().why().getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("leaves_a_lifetime"));
    }

    @Test
    void a_task_that_still_runs_is_told_with_where_its_pool_was_made() {
        List<Failed> failures = failuresOf(Left.ATask.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("task pool \"left\"");
        assertThat(failures.getFirst().why().getSuppressed()).anySatisfy(where -> assertThat(where.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("leaves_a_task_in_a_pool_that_is_shut_down")));
    }

    @Test
    void of_tests_that_run_together_the_last_one_tells_for_all() {
        List<Failed> failures = failuresOf(Left.Together.class, true);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("one()").hasMessageContaining("other()")
                .hasMessageContaining("lifetime of turn 4713");
    }

    @Test
    void an_interrupt_is_told_and_does_not_reach_the_next_test() {
        List<Failed> failures = failuresOf(Left.AnInterrupt.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("left its thread interrupted");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void what_a_test_began_and_left_is_told_once() {
        List<Failed> failures = failuresOf(Left.AnExecutorOfTheClass.class);
        assertThat(failures).hasSize(1);
        assertThat(failures.getFirst().why()).hasMessageContaining("left-executor");
    }

    @Test
    void resources_of_the_class_what_is_allowed_and_what_ends_shortly_are_nothing_left() {
        assertThat(failuresOf(Left.Nothing.class)).isEmpty();
    }
}
