package dev.carrel.context;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What makes no sense is refused where it is said, and the context afterwards is what it was before. */
@SuppressWarnings("NullAway") // that is the bad input
class BadInputTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Context HERE = Context.root().with(COURSE, "chemistry");

    static Stream<Arguments> nulls() {
        return Stream.of(
                at("a value", () -> HERE.with(COURSE, null)), at("a key", () -> HERE.with(null, "x")),
                at("a key that is read", () -> HERE.get(null)), at("a key that is looked for", () -> HERE.find(null)),
                at("a block", () -> HERE.run(null)), at("a block with a result", () -> HERE.call(null)),
                at("a task", () -> HERE.wrap((Runnable) null)), at("a callable", () -> HERE.wrap((Callable<?>) null)),
                at("a function", () -> HERE.wrapFunction(null)), at("a supplier", () -> HERE.wrapSupplier(null)),
                at("a function of two", () -> HERE.wrapBiFunction(null)),
                at("a consumer", () -> HERE.wrapConsumer(null)),
                at("a consumer of two", () -> HERE.wrapBiConsumer(null)),
                at("a fixed context's scheduler", () -> HERE.executor((ScheduledExecutorService) null)),
                at("a context to live in", () -> Lifetime.begin(Kind.TURN, "x").bind(null)),
                at("a context to cancel", () -> Cancellation.source().bind(null)),
                at("a reason to cancel", () -> Cancellation.source().cancel(null)),
                at("an other deadline", () -> Deadline.after(Duration.ZERO).earlier(null)),
                at("a user", () -> AUTHORITY.user("t", null, "n", java.util.Set.of())),
                at("roles", () -> AUTHORITY.user("t", "u", "n", null)),
                at("whose principal", () -> Principal.of(null)),
                at("how to encode", () -> ContextKey.<String>builder("c", Kind.TURN).remote(null, text -> text)),
                at("what to do there", () -> ContextKey.<String>builder("d", Kind.TURN).crossing(Boundary.FORK, null)),
                at("an executor", () -> Context.propagating((ExecutorService) null)),
                at("a scheduler", () -> Context.propagating((ScheduledExecutorService) null)),
                at("a fixed context's executor", () -> HERE.executor((ExecutorService) null)),
                at("a thread factory", () -> Context.oneTaskThreads(null)),
                at("a boundary", () -> HERE.across(null)), at("a deadline", () -> HERE.withDeadline(null)),
                at("a deadline of detached work", () -> HERE.detached(null)),
                at("a duration", () -> Deadline.after(null)),
                at("a clock", () -> Deadline.after(Duration.ZERO, null)),
                at("a principal", () -> AUTHORITY.bind(HERE, null)),
                at("a context to bind in", () -> AUTHORITY.bind(null, AUTHORITY.visitor("school", "v"))),
                at("a reason", () -> AUTHORITY.switchTo(HERE, AUTHORITY.visitor("school", "v"), null)),
                at("whom to switch to", () -> AUTHORITY.switchTo(HERE, null, "why")),
                at("a tenant", () -> AUTHORITY.user(null, "u", "n", java.util.Set.of())),
                at("an authority's name", () -> Authority.named(null)),
                at("a kind", () -> ContextKey.of("a", null)), at("a name", () -> ContextKey.of(null, Kind.TURN)),
                at("a lifetime's kind", () -> Lifetime.begin(null, "x")),
                at("a lifetime's label", () -> Lifetime.begin(Kind.TURN, null)),
                at("an action", () -> Cancellation.source().view().onRequest(null)),
                at("a copy", () -> Crossing.copy(null)),
                at("a default", () -> ContextKey.withDefault("b", Kind.TURN, null)),
                at("whom to require", () -> Principal.require(null)));
    }

    private static Arguments at(String what, ThrowingCallable call) {
        return arguments(what, call);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nulls")
    void nothing_where_something_is_needed_is_refused_at_once(String what, ThrowingCallable call) {
        HERE.run(() -> {
            assertThatThrownBy(call).as(what).isInstanceOf(NullPointerException.class)
                    .extracting(Throwable::getMessage).asString().as("says what").isNotBlank().isNotEqualTo("null");
            assertThat(Context.current()).isSameAs(HERE);
        });
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void an_executor_refuses_no_task_at_the_moment_of_submission() {
        try (ScheduledExecutorService pool = Context.propagating(Executors.newScheduledThreadPool(1))) {
            List<ThrowingCallable> calls = List.of(() -> pool.execute(null), () -> pool.submit((Runnable) null),
                    () -> pool.submit((Callable<?>) null), () -> pool.submit(null, "x"),
                    () -> pool.invokeAll(Arrays.asList(() -> "x", null)), () -> pool.invokeAny(null),
                    () -> pool.schedule((Runnable) null, 1, TimeUnit.SECONDS),
                    () -> pool.schedule((Callable<?>) null, 1, TimeUnit.SECONDS),
                    () -> pool.scheduleAtFixedRate(null, 1, 1, TimeUnit.SECONDS),
                    () -> pool.scheduleWithFixedDelay(null, 1, 1, TimeUnit.SECONDS));
            HERE.run(() -> {
                for (int i = 0; i < calls.size(); i++) {
                    assertThatThrownBy(calls.get(i)).as("call " + i).isInstanceOf(NullPointerException.class);
                    assertThat(Context.current()).isSameAs(HERE);
                }
            });
        }
    }

    @Test
    void a_body_that_throws_is_thrown_and_nothing_stays_bound() {
        Executor direct = task -> task.run();
        assertThatThrownBy(() -> HERE.run(() -> {
            throw new IllegalStateException("body");
        })).hasMessage("body");
        assertThatThrownBy(() -> direct.execute(HERE.wrap((Runnable) () -> {
            throw new StackOverflowError("deep");
        }))).isInstanceOf(StackOverflowError.class);
        assertThatThrownBy(() -> HERE.call(() -> {
            throw new java.io.IOException("checked");
        })).isInstanceOf(java.io.IOException.class);
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void a_switch_needs_a_reason() {
        assertThatThrownBy(() -> AUTHORITY.switchTo(HERE, AUTHORITY.visitor("school", "v"), " "))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("reason");
    }
}
