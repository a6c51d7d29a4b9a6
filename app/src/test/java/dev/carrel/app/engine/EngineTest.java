package dev.carrel.app.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatHandler;
import dev.carrel.app.JsonInput;
import dev.carrel.context.Authority;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.error.EndedContextException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.Arrival;
import dev.carrel.session.Message;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The engine when the store refuses, fails or is late, and when everything happens at once. */
@Timeout(60)
class EngineTest {
    private static final StateKey<String> NAMES = StateKey.of("names", "");
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of());

    private final HookedStore store = new HookedStore();
    private final KeyRing keys = KeyRing.random();
    private @Nullable Engine engine;

    @AfterEach
    void stop() {
        if (engine != null) {
            engine.stop(Duration.ZERO);
        }
    }

    private Engine start(ChatHandler handler) {
        App app = Carrel.app("engine").chat("chat", handler).function("name", input -> {
            Session.current().update(NAMES, names -> names + "f");
            return Session.current().get(NAMES);
        });
        var started = new Engine(app, store, keys, TimeSource.system());
        started.start();
        engine = started;
        return started;
    }

    private Turn closed(OwnedSession session, TurnId turn) {
        await().until(() -> !found(session, turn).status().open());
        return found(session, turn);
    }

    private Turn found(OwnedSession session, TurnId turn) {
        return store.find(session.id(), turn).orElseThrow();
    }

    private static Runnable refusing(int times, java.util.function.Supplier<RuntimeException> refusal) {
        var left = new AtomicInteger(times);
        return () -> {
            if (left.getAndDecrement() > 0) {
                throw refusal.get();
            }
        };
    }

    @Test
    void a_turn_is_interrupted_and_not_the_code_of_another_user_that_it_calls() throws Exception {
        var bobs = new BobsCode();
        Engine running = start((message, reply) -> bobs.call());
        OwnedSession session = running.create(ALICE, null);
        TurnId turn = running.post(session, "m", "go").turn();
        bobs.awaitBegun();
        running.cancel(session, turn);
        assertThat(closed(session, turn).status()).isEqualTo(TurnStatus.CANCELLED);
        bobs.assertOnlyItsCallerIsInterrupted();
    }

    @Test
    void what_a_store_would_not_take_at_first_is_said_all_the_same() {
        Engine running = start((message, reply) -> {
            for (int i = 0; i < 300; i++) {
                reply.text("x".repeat(1024));
            }
        });
        store.beforeAppend = refusing(3, () -> new OverloadedException("Too much waits.", Duration.ofSeconds(1)));
        OwnedSession session = running.create(ALICE, null);
        Turn turn = closed(session, running.post(session, "m", "go").turn());
        assertThat(turn.status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(turn.answer().text()).hasSize(300 * 1024);
        assertThat(store.events().read(session.id(), 0, 10_000).stream().map(event -> event.event())
                .mapToInt(event -> event instanceof dev.carrel.session.Event.Text text ? text.text().length() : 0)
                .sum())
                .isEqualTo(300 * 1024);
    }

    @Test
    void a_turn_closes_once_the_store_takes_it() {
        Engine running = start((message, reply) -> reply.text("said"));
        Runnable refusal = refusing(2, () -> new OverloadedException("Too much waits.", Duration.ofSeconds(1)));
        Runnable failure = refusing(2, () -> new UnavailableException("Out of order."));
        store.beforeClose = turn -> {
            refusal.run();
            failure.run();
        };
        OwnedSession session = running.create(ALICE, null);
        assertThat(closed(session, running.post(session, "m", "go").turn()).status()).isEqualTo(TurnStatus.COMMITTED);
    }

    @Test
    void a_turn_that_the_store_refuses_for_good_fails_and_the_next_one_runs() {
        Engine running = start((message, reply) -> reply.text("said"));
        store.beforeClose = turn -> {
            if (turn.message().id().equals("bad") && turn.status() == TurnStatus.COMMITTED) {
                throw new IllegalArgumentException("a constraint does not hold for secret 4711");
            }
        };
        OwnedSession session = running.create(ALICE, null);
        TurnId bad = running.post(session, "bad", "go").turn();
        TurnId next = running.post(session, "next", "go").turn();
        assertThat(closed(session, next).status()).isEqualTo(TurnStatus.COMMITTED);
        assertThat(found(session, bad).status()).isEqualTo(TurnStatus.FAILED);
        assertThat(found(session, bad).failure().orElseThrow().message()).doesNotContain("4711");
    }

    @Test
    void a_stop_between_the_claim_and_the_run_is_not_lost() throws Exception {
        var claimed = new CompletableFuture<Claim>();
        var goOn = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        Engine running = start((message, reply) -> never.await());
        store.afterClaim = claim -> {
            claimed.complete(claim);
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        OwnedSession session = running.create(ALICE, null);
        TurnId turn = running.post(session, "m", "go").turn();
        claimed.get(10, TimeUnit.SECONDS);
        running.cancel(session, turn);
        goOn.countDown();
        assertThat(closed(session, turn).status()).isEqualTo(TurnStatus.CANCELLED);
    }

    @Test
    void an_update_that_runs_again_runs_in_the_context_of_its_turn() throws Exception {
        var read = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Engine running = start((message, reply) -> {
            Session.current().update(NAMES, names -> names + Principal.current().user());
            read.countDown();
            goOn.await();
        });
        OwnedSession session = running.create(ALICE, null);
        TurnId turn = running.post(session, "m", "go").turn();
        read.await();
        AUTHORITY.bind(Context.root(), ALICE).run(() -> running.call(session, "name", new JsonInput("{}")));
        goOn.countDown();
        assertThat(closed(session, turn).failure()).isEmpty();
        assertThat(store.state().read(new Place.OfSession(session.id()), "names").value())
                .isEqualTo(new Encoded("String", 1, "\"falice\""));
    }

    @Test
    void a_listener_that_fails_keeps_no_other_from_being_told() throws Exception {
        var listening = new CountDownLatch(1);
        var told = new CountDownLatch(1);
        Engine running = start((message, reply) -> {
            Cancellation.current().onRequest(() -> {
                throw new AssertionError("a listener's own");
            });
            Cancellation.current().onRequest(told::countDown);
            listening.countDown();
            new CountDownLatch(1).await();
        });
        OwnedSession session = running.create(ALICE, null);
        TurnId turn = running.post(session, "m", "go").turn();
        listening.await();
        running.cancel(session, turn);
        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(closed(session, turn).status()).isEqualTo(TurnStatus.CANCELLED);
    }

    @Test
    void a_turn_whose_principal_was_tampered_with_does_not_run() {
        var ran = new AtomicInteger();
        Engine running = start((message, reply) -> ran.incrementAndGet());
        OwnedSession session = running.create(ALICE, null);
        String forged = new PrincipalSeal(KeyRing.random(), principal -> true)
                .seal(AUTHORITY.user("school", "bob", "Bob", Set.of("admin")));
        var message = new Message("m", "go", TimeSource.system().now());
        Turn planted = Turn.queued(TurnId.random(), session.id(), message, forged);
        store.accept(planted, Owner.of(ALICE), Arrival.QUEUE, 16);
        running.post(session, "n", "go");
        assertThat(closed(session, planted.id()).status()).isEqualTo(TurnStatus.FAILED);
        await().until(() -> ran.get() == 1);
    }

    @Test
    void a_function_runs_for_the_owner_only() {
        Engine running = start((message, reply) -> {});
        OwnedSession session = running.create(ALICE, null);
        Principal bob = AUTHORITY.user("school", "bob", "Bob", Set.of());
        assertThatThrownBy(() -> AUTHORITY.bind(Context.root(), bob)
                .run(() -> running.call(session, "name", new JsonInput("{}"))))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void what_is_said_after_the_end_is_refused() throws Exception {
        var late = new CompletableFuture<dev.carrel.app.Reply>();
        Engine running = start((message, reply) -> {
            reply.text("in time");
            late.complete(reply);
        });
        OwnedSession session = running.create(ALICE, null);
        Turn turn = closed(session, running.post(session, "m", "go").turn());
        assertThatThrownBy(() -> late.get().text("too late")).isInstanceOf(IllegalStateException.class);
        assertThat(turn.answer().text()).isEqualTo("in time");
    }

    @Test
    void what_a_handler_left_behind_reads_nothing_of_its_turn_once_that_has_closed() throws Exception {
        var captured = new CompletableFuture<Context>();
        var late = new CompletableFuture<Context>();
        Engine running = start((message, reply) -> {
            captured.complete(Context.current());
            late.complete(Context.current().detached(Deadline.after(Duration.ofMinutes(1))));
        });
        OwnedSession session = running.create(ALICE, null);
        TurnId turn = running.post(session, "m", "go").turn();
        closed(session, turn);
        await().untilAsserted(() -> assertThatThrownBy(() -> captured.get().get(Session.KEY))
                .isInstanceOf(EndedContextException.class).hasMessageContaining("turn " + turn));
        assertThat(late.get().get(TurnId.KEY)).isEqualTo(turn);
        assertThat(late.get().find(Session.KEY)).isEmpty();
        assertThat(Principal.of(late.get())).contains(ALICE);
    }

    @Test
    void a_handler_knows_the_deadline_of_its_turn() throws Exception {
        var left = new CompletableFuture<Duration>();
        Engine running = start((message, reply) -> left.complete(Deadline.current().orElseThrow().remaining()));
        running.post(running.create(ALICE, null), "m", "go");
        assertThat(left.get(30, TimeUnit.SECONDS)).isPositive().isLessThan(Duration.ofHours(1));
    }
}
