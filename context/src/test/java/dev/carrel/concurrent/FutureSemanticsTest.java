package dev.carrel.concurrent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;

import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.bobDoes;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Apart from the context, a ContextFuture does what the JDK's CompletableFuture does. */
class FutureSemanticsTest {
    private static final ContextKey<List<String>> NOTES = ContextKey.<List<String>>builder("notes", Kind.REQUEST)
            .copy(FutureSemanticsTest::copied).build();
    private static final ContextKey<String> SECRET = ContextKey.<String>builder("secret", Kind.REQUEST)
            .crossing(Boundary.EXECUTOR, Crossing.refuse()).build();
    private static final AtomicInteger COPIES = new AtomicInteger();

    private static List<String> copied(List<String> notes) {
        COPIES.incrementAndGet();
        return new ArrayList<>(notes);
    }

    @Test
    void dependents_of_completed_failed_and_incomplete_futures_run_for_who_registered_them() throws Exception {
        var incomplete = new ContextFuture<String>();
        var stages = asAlice(() -> List.of(
                ContextFuture.completedFuture("done").handle((value, failure) -> value + " " + who()),
                ContextFuture.failedFuture(new IOException("gone"))
                        .handle((value, failure) -> failure.getMessage() + " " + who()),
                incomplete.handle((value, failure) -> value + " " + who()),
                incomplete.copy().thenApply(value -> value + " " + who())));
        bobDoes(() -> incomplete.complete("at last"));
        assertThat(stages).extracting(CompletableFuture::join).containsExactly("done alice", "gone alice",
                "at last alice", "at last alice");
    }

    @Test
    void a_future_that_somebody_completes_by_force_still_runs_its_dependents_for_who_registered_them()
            throws Exception {
        var source = new ContextFuture<String>();
        var forced = asAlice(() -> source.thenApply(value -> "never"));
        var after = asAlice(() -> forced.thenApply(value -> value + " " + who()));
        bobDoes(() -> forced.complete("forced"));
        assertThat(after.join()).isEqualTo("forced alice");
        source.complete("");
        assertThat(forced.join()).isEqualTo("forced");
        forced.obtrudeValue("obtruded");
        assertThat(forced.join()).isEqualTo("obtruded");
        forced.obtrudeException(new IOException("gone"));
        assertThatThrownBy(forced::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void failures_are_wrapped_as_the_JDK_wraps_them() {
        for (boolean ours : List.of(true, false)) {
            CompletableFuture<String> source = ours ? new ContextFuture<>() : new CompletableFuture<>();
            CompletableFuture<String> dependent = source.thenApply(value -> value);
            CompletableFuture<String> copy = source.copy();
            CompletableFuture<String> minimal = source.minimalCompletionStage().toCompletableFuture();
            source.completeExceptionally(new IOException("gone"));
            assertThat(source.exceptionNow()).isInstanceOf(IOException.class);
            for (CompletableFuture<String> each : List.of(dependent, copy, minimal)) {
                assertThatThrownBy(each::join).isExactlyInstanceOf(CompletionException.class)
                        .hasCauseExactlyInstanceOf(IOException.class);
                assertThatThrownBy(each::get).isExactlyInstanceOf(ExecutionException.class)
                        .hasCauseExactlyInstanceOf(IOException.class);
                assertThat(each.state()).isEqualTo(Future.State.FAILED);
                assertThat(each.handle((value, failure) -> failure.getClass()).join())
                        .isEqualTo(CompletionException.class);
            }
            CompletionStage<String> failed = ours
                    ? ContextFuture.failedStage(new IOException("gone"))
                    : CompletableFuture.failedStage(new IOException("gone"));
            assertThat(failed.handle((value, failure) -> failure.getClass()).toCompletableFuture().join())
                    .isEqualTo(IOException.class);
        }
    }

    @Test
    void a_foreign_stage_is_followed_in_success_failure_and_cancellation() {
        var foreign = new CompletableFuture<String>();
        ContextFuture<String> own = ContextFuture.of(foreign);
        assertThat(ContextFuture.of(own)).isSameAs(own);
        assertThat(own.isDone()).isFalse();
        foreign.cancel(true);
        assertThatThrownBy(own::join).hasCauseInstanceOf(CancellationException.class);
        assertThat(ContextFuture.of(CompletableFuture.completedStage("done")).resultNow()).isEqualTo("done");
        var other = new CompletableFuture<String>();
        ContextFuture.of(other).cancel(true);
        assertThat(other).isNotDone();
    }

    @Test
    void all_of_and_any_of_complete_as_those_of_the_JDK() {
        var one = new CompletableFuture<String>();
        var two = new ContextFuture<String>();
        ContextFuture<Void> all = ContextFuture.allOf(one, two);
        ContextFuture<?> any = ContextFuture.anyOf(one, two);
        two.complete("two");
        assertThat(any.join()).isEqualTo("two");
        assertThat(all).isNotDone();
        one.completeExceptionally(new IOException("gone"));
        assertThatThrownBy(all::join).hasCauseInstanceOf(IOException.class);
        assertThat(ContextFuture.allOf()).isDone();
    }

    @Test
    void a_minimal_stage_can_only_be_followed() {
        var source = new ContextFuture<String>();
        var minimal = (CompletableFuture<String>) source.minimalCompletionStage();
        assertThatThrownBy(() -> minimal.complete("")).isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("toCompletableFuture");
        assertThatThrownBy(minimal::join).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> minimal.cancel(true)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(minimal.toCompletableFuture().complete("mine")).isTrue();
        assertThat(source).isNotDone();
    }

    @Test
    void an_executor_that_refuses_fails_the_dependent_and_not_the_source() {
        Executor refuses = task -> {
            throw new RejectedExecutionException("full");
        };
        ContextFuture<String> source = ContextFuture.completedFuture("done");
        assertThatThrownBy(source.thenApplyAsync(value -> value, refuses)::join)
                .hasCauseInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> ContextFuture.supplyAsync(() -> "", refuses))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(source.join()).isEqualTo("done");
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void an_executor_is_asked_as_who_registered_the_function_so_that_it_can_tell_whose_turn_it_is() throws Exception {
        List<String> asked = new ArrayList<>();
        var source = new ContextFuture<String>();
        var dependent = asAlice(() -> source.thenApplyAsync(value -> who(), task -> {
            asked.add(who());
            task.run();
        }));
        bobDoes(() -> source.complete(""));
        assertThat(dependent.join()).isEqualTo("alice");
        assertThat(asked).containsExactly("alice");
    }

    @Test
    void each_dependent_has_a_copy_of_its_own_that_is_made_once_and_when_it_is_registered() throws Exception {
        Context context = Context.root().with(NOTES, new ArrayList<>(List.of("first")));
        COPIES.set(0);
        var source = new ContextFuture<String>();
        List<CompletableFuture<List<String>>> dependents = context.call(() -> List.of(
                source.thenApply(value -> add("a")),
                source.thenApplyAsync(value -> add("b")),
                source.thenApplyAsync(value -> add("c"), Context.virtualThreads()),
                source.thenApplyAsync(value -> add("d"), Runnable::run)));
        assertThat(COPIES).hasValue(4);
        context.get(NOTES).add("too late");
        context.run(() -> source.complete(""));
        assertThat(dependents).extracting(CompletableFuture::join).containsExactly(List.of("first", "a"),
                List.of("first", "b"), List.of("first", "c"), List.of("first", "d"));
        assertThat(COPIES).hasValue(4);
        assertThat(context.get(NOTES)).containsExactly("first", "too late");
    }

    private static List<String> add(String note) {
        List<String> notes = Context.current().get(NOTES);
        notes.add(note);
        return notes;
    }

    @Test
    void a_completer_who_holds_what_must_not_cross_can_complete_what_others_wait_for() throws Exception {
        var source = new ContextFuture<String>();
        var dependent = asAlice(() -> source.thenApplyAsync(value -> who(), Context.virtualThreads()));
        Context.root().with(SECRET, "token").run(() -> {
            assertThatThrownBy(() -> source.thenApply(value -> value)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("secret");
            var unused = source.orTimeout(1, TimeUnit.HOURS);
            source.complete("");
        });
        assertThat(dependent.get(10, TimeUnit.SECONDS)).isEqualTo("alice");
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void a_null_is_refused_by_name() {
        var future = new ContextFuture<String>();
        assertThatNullPointerException().isThrownBy(() -> future.thenApply(null)).withMessage("fn");
        assertThatNullPointerException().isThrownBy(() -> future.thenAccept(null)).withMessage("action");
        assertThatNullPointerException().isThrownBy(() -> future.thenRunAsync(() -> {}, null)).withMessage("executor");
        assertThatNullPointerException().isThrownBy(() -> future.runAfterBoth(null, () -> {})).withMessage("other");
        assertThatNullPointerException().isThrownBy(() -> future.applyToEither(null, value -> value))
                .withMessage("stage");
        assertThatNullPointerException().isThrownBy(() -> ContextFuture.supplyAsync(null)).withMessage("supplier");
        assertThatNullPointerException().isThrownBy(() -> ContextFuture.of(null)).withMessage("stage");
        assertThatNullPointerException().isThrownBy(() -> future.orTimeout(1, null)).withMessage("unit");
    }
}
