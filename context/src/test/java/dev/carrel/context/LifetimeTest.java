package dev.carrel.context;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.error.CarrelException;
import dev.carrel.error.EndedContextException;
import dev.carrel.error.ErrorCode;
import dev.carrel.id.TurnId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/** A value can be read as long as the turn, request or task that it belongs to, and not a moment longer. */
class LifetimeTest {
    private static final ContextKey<String> DRAFT = ContextKey.withDefault("draft", Kind.TURN, "nothing yet");
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final ContextKey<Object> THING = ContextKey.of("thing", Kind.TURN);

    private final Lifetime turn = Lifetime.begin(Kind.TURN, "turn 4711");

    @AfterEach
    void lenient() {
        Strict.disable();
    }

    @Test
    void a_value_ends_with_its_kind_and_the_others_do_not() {
        Context context = turn.bind(Context.root()).with(DRAFT, "a draft").with(COURSE, "chemistry");
        assertThat(context.get(DRAFT)).isEqualTo("a draft");
        assertThat(turn.end()).isTrue();
        assertThat(turn.end()).isFalse();
        assertThatThrownBy(() -> context.get(DRAFT)).isInstanceOf(EndedContextException.class);
        assertThatThrownBy(() -> context.find(DRAFT)).isInstanceOf(EndedContextException.class);
        assertThat(context.get(COURSE)).isEqualTo("chemistry");
        assertThat(Context.root().get(DRAFT)).as("never bound, so the default").isEqualTo("nothing yet");
    }

    @Test
    void a_task_that_was_left_behind_is_told_what_ended_and_when() throws Exception {
        var ended = new CountDownLatch(1);
        try (var pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "left-behind"))) {
            Instant before = Instant.now();
            Future<String> left = turn.bind(Context.root()).with(DRAFT, "a secret").call(() -> Context.propagating(pool)
                    .submit(() -> {
                        ended.await();
                        return Context.current().get(DRAFT);
                    }));
            turn.close();
            Instant after = Instant.now();
            ended.countDown();
            assertThatThrownBy(left::get).cause().isInstanceOf(EndedContextException.class)
                    .hasMessageContaining("\"draft\"").hasMessageContaining("\"left-behind\"")
                    .hasMessageContaining("turn 4711").hasMessageContaining(turn.endedAt().orElseThrow().toString())
                    .hasMessageContaining("detached").hasMessageNotContaining("a secret").hasNoCause();
            assertThat(turn.endedAt().orElseThrow()).isBetween(before, after);
        }
    }

    @Test
    void in_strict_mode_the_error_has_both_stacks() {
        Strict.enable();
        Lifetime strict = Lifetime.begin(Kind.TURN, "turn 1");
        Context context = strict.bind(Context.root()).with(DRAFT, "a draft");
        endHere(strict);
        EndedContextException thrown = catchThrowableOfType(EndedContextException.class, () -> readHere(context));
        assertThat(thrown.getStackTrace()).extracting(StackTraceElement::getMethodName).contains("readHere");
        Throwable end = Objects.requireNonNull(thrown.getCause());
        assertThat(end).hasMessageContaining("turn 1");
        assertThat(end.getStackTrace()).extracting(StackTraceElement::getMethodName).contains("endHere");
    }

    private static void endHere(Lifetime life) {
        life.end();
    }

    private static void readHere(Context context) {
        context.get(DRAFT);
    }

    @Test
    void what_users_are_told_of_it_is_nothing() {
        Context context = turn.bind(Context.root()).with(DRAFT, "a secret");
        turn.end();
        assertThatThrownBy(() -> context.get(DRAFT)).satisfies(thrown -> {
            assertThat(CarrelException.publicMessage(thrown)).doesNotContain("draft", "4711", "secret");
            assertThat(CarrelException.publicCode(thrown)).isEqualTo(ErrorCode.MISSING_CONTEXT);
        });
    }

    @Test
    void one_inside_another_of_its_kind_is_a_new_one() {
        Lifetime inner = Lifetime.begin(Kind.TURN, "inner");
        Context outside = turn.bind(Context.root()).with(DRAFT, "outside");
        Context inside = inner.bind(outside);
        Context replaced = inside.with(DRAFT, "inside");
        inner.end();
        assertThat(inside.get(DRAFT)).isEqualTo("outside");
        assertThatThrownBy(() -> replaced.get(DRAFT)).hasMessageContaining("inner");
        turn.end();
        assertThatThrownBy(() -> inside.get(DRAFT)).hasMessageContaining("turn 4711");
    }

    @Test
    void what_is_bound_after_the_end_cannot_be_read_at_all() {
        Context context = turn.bind(Context.root());
        turn.end();
        assertThatThrownBy(() -> context.with(DRAFT, "late").get(DRAFT)).isInstanceOf(EndedContextException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void detached_work_keeps_what_outlives_a_turn(Kind kind) {
        ContextKey<String> key = new Keys(kind).key;
        Context context = turn.bind(Context.root()).with(key, "x").with(TurnId.KEY, TurnId.random())
                .with(DRAFT, "a draft");
        Context detached = context.detached(Deadline.after(Duration.ofMinutes(1)));
        assertThat(detached.find(key).isPresent()).isEqualTo(kind.compareTo(Kind.SESSION) <= 0);
        turn.end();
        assertThat(detached.get(TurnId.KEY)).as("an id goes on to be a name").isNotNull();
        assertThat(detached.get(DRAFT)).as("a draft does not go on").isEqualTo("nothing yet");
        assertThat(detached.with(DRAFT, "its own").get(DRAFT)).isEqualTo("its own");
    }

    @Test
    void what_has_ended_stays_so_for_work_that_detaches_itself_afterwards() {
        Context left = turn.bind(Context.root()).with(TurnId.KEY, TurnId.random());
        turn.end();
        Context late = left.detached(Deadline.after(Duration.ofMinutes(1)));
        assertThatThrownBy(() -> late.get(TurnId.KEY)).isInstanceOf(EndedContextException.class);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void background_work_keeps_what_is_the_tenants(Kind kind) {
        ContextKey<String> key = new Keys(kind).key;
        var time = Deadline.after(Duration.ofMinutes(1));
        Context background = Cancellation.source().bind(turn.bind(Context.root()).with(key, "x").withDeadline(time))
                .background();
        assertThat(background.find(key).isPresent()).isEqualTo(kind == Kind.TENANT);
        assertThat(background.deadline()).isEmpty();
        assertThat(background.cancellation()).isSameAs(Context.root().cancellation());
    }

    /** A key made in a test; in an application they are constants. Not a class that declares a name twice. */
    private static final class Keys {
        private static final ContextKey<String> TENANT = ContextKey.of("tenant", Kind.TENANT);
        private static final ContextKey<String> USER = ContextKey.of("user", Kind.USER);
        private static final ContextKey<String> SESSION = ContextKey.of("session", Kind.SESSION);
        private static final ContextKey<String> TURN = ContextKey.of("turn", Kind.TURN);
        private static final ContextKey<String> REQUEST = ContextKey.of("request", Kind.REQUEST);
        private static final ContextKey<String> TASK = ContextKey.of("task", Kind.TASK);

        private final ContextKey<String> key;

        private Keys(Kind kind) {
            key = switch (kind) {
                case TENANT -> TENANT;
                case USER -> USER;
                case SESSION -> SESSION;
                case TURN -> TURN;
                case REQUEST -> REQUEST;
                case TASK -> TASK;
            };
        }
    }

    @Test
    void a_context_becomes_unreachable_when_its_work_is_done_while_the_pool_lives_on() throws Exception {
        try (var pool = Context.propagating(Executors.newScheduledThreadPool(2));
                var threads = Context.virtualThreads()) {
            var thing = new Object();
            var reference = new WeakReference<>(thing);
            Context context = turn.bind(Context.root()).with(THING, thing);
            assertThat(context.<Boolean, Exception>call(() -> {
                boolean seen = true;
                for (int i = 0; i < 10; i++) {
                    seen &= pool.submit(() -> Context.current().find(THING).isPresent()).get();
                    seen &= threads.submit(() -> Context.current().find(THING).isPresent()).get();
                }
                pool.schedule(() -> {}, 1, TimeUnit.DAYS).cancel(false);
                return seen;
            })).isTrue();
            turn.end();
            pool.shutdownNow();
            thing = null;
            context = null;
            assertThatCode(() -> await().until(() -> {
                System.gc();
                return reference.refersTo(null);
            })).doesNotThrowAnyException();
        }
    }
}
