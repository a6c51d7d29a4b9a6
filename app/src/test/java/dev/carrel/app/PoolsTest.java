package dev.carrel.app;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.engine.Engine;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.error.MissingContextException;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.pool.PoolStatus;
import dev.carrel.pool.TaskPool;
import dev.carrel.session.Session;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Snapshot;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

@Timeout(60)
class PoolsTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of());

    private static Engine start(App app) {
        var engine = new Engine(app, new MemoryStore(TimeSource.system()), KeyRing.random(), TimeSource.system());
        engine.start();
        return engine;
    }

    @Test
    void an_evaluation_runs_after_its_turn_as_whoever_asked() throws Exception {
        var turnEnded = new CountDownLatch(1);
        var evaluated = new CompletableFuture<String>();
        App app = Carrel.app("pools").pool("evaluation", pool -> pool.concurrency(2)).chat("chat", (message, reply) -> {
            reply.text("an answer");
            TurnId turn = Context.current().get(TurnId.KEY);
            Context.current().detached(Deadline.after(Duration.ofMinutes(1)))
                    .run(() -> Pools.named("evaluation").execute(() -> {
                        try {
                            turnEnded.await();
                            boolean session = Context.current().find(Session.KEY).isPresent();
                            evaluated.complete(Principal.current() + ", same turn: "
                                    + Context.current().get(TurnId.KEY).equals(turn) + ", open session: " + session
                                    + ", next: " + Pools.named("evaluation").submit(Principal::current).get());
                        } catch (Exception e) {
                            evaluated.completeExceptionally(e);
                        }
                    }));
        });
        Engine engine = start(app);
        try {
            var session = engine.create(ALICE, null);
            engine.post(session, "m1", "a question");
            await().until(() -> {
                Snapshot snapshot = engine.snapshot(session);
                return snapshot.turns().stream().noneMatch(turn -> turn.status().open());
            });
            turnEnded.countDown();
            assertThat(evaluated.get(30, TimeUnit.SECONDS))
                    .isEqualTo("school/alice, same turn: true, open session: false, next: school/alice");
        } finally {
            engine.stop(Duration.ZERO);
        }
        assertThat(engine.pools().status()).extractingByKey("evaluation", type(PoolStatus.class))
                .satisfies(status -> assertThat(status.tenant("school").orElseThrow().done()).isEqualTo(2));
    }

    @Test
    void a_function_reaches_the_pools_too_and_only_those_that_were_declared() {
        App app = Carrel.app("pools").pool("one", pool -> {}).chat("chat", (message, reply) -> {})
                .function("run", input -> Pools.named("one").submit(() -> Principal.current().user()).get())
                .function("lost", input -> Pools.named("two").status());
        Engine engine = start(app);
        try {
            var session = engine.create(ALICE, null);
            AUTHORITY.bind(Context.root(), ALICE).run(() -> {
                assertThat(engine.call(session, "run", new JsonInput("{}"))).contains("\"alice\"");
                assertThatThrownBy(() -> engine.call(session, "lost", new JsonInput("{}"))).rootCause()
                        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("\"two\"")
                        .hasMessageContaining("[one]");
            });
        } finally {
            engine.stop(Duration.ZERO);
        }
    }

    @Test
    void pools_live_as_long_as_the_application_and_finish_what_they_were_given() throws Exception {
        var kept = new AtomicReference<TaskPool>();
        App app = Carrel.app("pools").pool("one", pool -> {}).chat("chat", (message, reply) -> {})
                .function("keep", input -> {
                    kept.set(Pools.named("one"));
                    return null;
                });
        Engine engine = start(app);
        var session = engine.create(ALICE, null);
        AUTHORITY.bind(Context.root(), ALICE).run(() -> engine.call(session, "keep", new JsonInput("{}")));
        var late = kept.get().submit(() -> "finished");
        engine.stop(Duration.ZERO);
        assertThat(late.get()).isEqualTo("finished");
        assertThatThrownBy(() -> kept.get().submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThat(kept.get().isTerminated()).isTrue();
    }

    @Test
    void a_pool_is_declared_once_under_a_good_name_and_found_only_in_the_application() {
        App app = Carrel.app("pools").pool("one", pool -> {});
        assertThatThrownBy(() -> app.pool("one", pool -> {})).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"one\"");
        assertThatThrownBy(() -> app.pool("Not one", pool -> {})).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pools.named("one")).isInstanceOf(MissingContextException.class);
    }
}
