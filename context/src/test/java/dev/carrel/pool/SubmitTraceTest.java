package dev.carrel.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

@Timeout(60)
class SubmitTraceTest {
    private static List<SubmitTrace> traces(Throwable failure) {
        return Arrays.stream(failure.getSuppressed()).filter(SubmitTrace.class::isInstance)
                .map(SubmitTrace.class::cast).toList();
    }

    private static Throwable failureOf(PooledTask<?> task) {
        return causeOf(catchThrowableOfType(ExecutionException.class, task::get));
    }

    private static Throwable causeOf(Throwable failure) {
        return Objects.requireNonNull(failure.getCause());
    }

    private static PooledTask<String> submitsHere(TaskPool pool, Exception failure) {
        return pool.submit(() -> {
            throw failure;
        });
    }

    private static PooledTask<String> submitsWhatSubmits(TaskPool pool, Exception failure) throws Exception {
        var inner = new AtomicReference<PooledTask<String>>();
        pool.submit(() -> inner.set(submitsHere(pool, failure))).get();
        return inner.get();
    }

    private static List<String> methods(Throwable trace) {
        return Arrays.stream(trace.getStackTrace()).map(StackTraceElement::getMethodName).toList();
    }

    @Test
    void a_failure_tells_where_its_task_was_submitted() {
        try (TaskPool pool = TaskPool.builder("traced").build()) {
            SubmitTrace trace = traces(failureOf(submitsHere(pool, new IllegalStateException()))).getFirst();
            assertThat(methods(trace)).hasSizeLessThanOrEqualTo(8).first().isEqualTo("submitsHere");
            assertThat(methods(trace)).contains("a_failure_tells_where_its_task_was_submitted");
            assertThat(trace).hasMessageContaining("submitted here").hasMessageContaining("\"traced\"");
        }
    }

    @Test
    void the_trace_goes_on_over_the_hops_before() throws Exception {
        try (TaskPool pool = TaskPool.builder("traced").concurrency(2).build()) {
            SubmitTrace trace = traces(failureOf(submitsWhatSubmits(pool, new IllegalStateException()))).getFirst();
            assertThat(methods(trace)).contains("submitsHere");
            assertThat(methods(causeOf(trace))).contains("submitsWhatSubmits");
        }
    }

    @Test
    void a_chain_has_a_bounded_length() throws Exception {
        try (TaskPool pool = TaskPool.builder("traced").concurrency(2).build()) {
            var failure = new IllegalStateException();
            pool.submit(() -> chain(pool, 30, failure)).get();
            int length = 0;
            for (Throwable each = traces(failure).getFirst(); each != null; each = each.getCause()) {
                length++;
            }
            assertThat(length).isEqualTo(8);
        }
    }

    private static boolean chain(TaskPool pool, int hops, IllegalStateException failure) throws Exception {
        return hops == 0
                ? failureOf(submitsHere(pool, failure)) == failure
                : pool.submit(() -> chain(pool, hops - 1, failure)).get();
    }

    @Test
    void an_exception_that_is_thrown_again_and_again_does_not_grow() {
        try (TaskPool pool = TaskPool.builder("traced").build()) {
            var shared = new IllegalStateException("made once");
            for (int i = 0; i < 100; i++) {
                assertThat(failureOf(submitsHere(pool, shared))).isSameAs(shared);
            }
            assertThat(shared.getSuppressed()).hasSizeBetween(1, 4);
        }
    }

    @Test
    void a_failure_that_passes_through_tasks_carries_one_trace_with_all_hops() throws Exception {
        try (TaskPool pool = TaskPool.builder("traced").concurrency(1).build()) {
            var failure = new IllegalStateException();
            var task = pool.submit(() -> {
                throw (Exception) failureOf(submitsHere(pool, failure));
            });
            assertThat(failureOf(task)).isSameAs(failure);
            assertThat(traces(failure)).hasSize(1);
            assertThat(traces(failure).getFirst().getCause()).isInstanceOf(SubmitTrace.class);
        }
    }

    @Test
    void an_exception_without_suppression_is_left_alone() {
        final class Bare extends RuntimeException {
            private static final long serialVersionUID = 1L;

            Bare() {
                super("bare", null, false, false);
            }
        }
        try (TaskPool pool = TaskPool.builder("traced").build()) {
            var bare = new Bare();
            assertThat(failureOf(submitsHere(pool, bare))).isSameAs(bare);
            assertThat(bare.getSuppressed()).isEmpty();
        }
    }

    @Test
    void it_can_be_switched_off() {
        try (TaskPool pool = TaskPool.builder("untraced").submitTraces(false).build()) {
            assertThat(failureOf(submitsHere(pool, new IllegalStateException())).getSuppressed()).isEmpty();
        }
    }

    @Test
    void a_pool_without_traces_between_two_with_them_is_left_out() throws Exception {
        try (TaskPool one = TaskPool.builder("one").build();
                TaskPool silent = TaskPool.builder("silent").submitTraces(false).build()) {
            var failure = new IllegalStateException();
            List<Object> done = new ArrayList<>();
            one.submit(() -> silent.submit(() -> done.add(failureOf(submitsHere(one, failure)))).get()).get();
            assertThat(done).containsExactly(failure);
            SubmitTrace trace = traces(failure).getFirst();
            assertThat(trace.getCause()).hasMessageContaining("\"one\"");
            assertThat(causeOf(trace).getCause()).isNull();
        }
    }

    @Test
    void tasks_of_two_pools_with_one_number_are_two_tasks() {
        try (TaskPool one = TaskPool.builder("one").build(); TaskPool other = TaskPool.builder("other").build()) {
            var failure = new IllegalStateException();
            failureOf(submitsHere(one, failure));
            failureOf(submitsHere(other, failure));
            assertThat(traces(failure)).extracting(trace -> trace.task() + " of " + trace.pool())
                    .containsExactly("1 of one", "1 of other");
        }
    }
}
