package dev.carrel.app.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import dev.carrel.app.App;
import dev.carrel.app.JsonInput;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;
import dev.carrel.time.TimeSource;

/** Engines on one store, as the nodes of one application, in time that the test drives. */
final class Nodes implements AutoCloseable {
    static final Authority AUTHORITY = Authority.named("test");
    static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of("teacher"));
    static final Principal BOB = AUTHORITY.user("school", "bob", "Bob", Set.of());

    final TestTime time = TestTime.start();
    final Store store = new MemoryStore(time);
    final KeyRing keys = KeyRing.random();
    private final List<Engine> engines = new ArrayList<>();

    /** A clock whose timers can be stopped: what a node notices that was frozen. */
    static final class NodeTime implements TimeSource {
        private final TimeSource time;
        volatile boolean frozen;

        NodeTime(TimeSource time) {
            this.time = time;
        }

        @Override
        public Instant now() {
            return time.now();
        }

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return time.after(delay, () -> {
                if (!frozen) {
                    task.run();
                }
            });
        }
    }

    Engine start(App app) {
        return start(app, keys, time, Engine.Options.DEFAULT);
    }

    Engine start(App app, TimeSource clock) {
        return start(app, keys, clock, Engine.Options.DEFAULT);
    }

    Engine start(App app, KeyRing ring, TimeSource clock, Engine.Options options) {
        var engine = new Engine(app, store, ring, clock, options);
        engines.add(engine);
        engine.start();
        return engine;
    }

    void stop(Engine engine) {
        engines.remove(engine);
        engine.stop(Duration.ofMillis(200));
    }

    /** Lets a little time pass again and again, until it is so. */
    void passUntil(Callable<Boolean> condition) {
        until(() -> {
            time.pass(Duration.ofSeconds(1));
            return condition.call();
        });
    }

    /** Waits until it is so; that it is not so in time is a test's failure, not its mishap. */
    static void until(Callable<Boolean> condition) {
        try {
            Awaitility.await().pollInterval(Duration.ofMillis(2)).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("it did not come to that in time", e);
        }
    }

    Turn turn(OwnedSession session, TurnId turn) {
        return store.turns().find(session.id(), turn).orElseThrow();
    }

    Turn closed(OwnedSession session, TurnId turn) {
        until(() -> !turn(session, turn).status().open());
        return turn(session, turn);
    }

    /** Has this said and answered. */
    String say(Engine engine, OwnedSession session, String text) {
        Turn turn = closed(session, engine.post(session, TurnId.random().text(), text).turn());
        if (turn.status() != TurnStatus.COMMITTED) {
            throw new AssertionError(turn.toString());
        }
        return turn.answer().text();
    }

    String call(Engine engine, OwnedSession session, String function) {
        return AUTHORITY.bind(Context.root(), session.principal())
                .call(() -> engine.call(session, function, new JsonInput("{}"))).orElse("");
    }

    List<String> events(OwnedSession session) {
        return store.events().read(session.id(), 0, 1_000).stream().map(StoredEvent::kind).toList();
    }

    @Override
    public void close() {
        engines.forEach(engine -> engine.stop(Duration.ZERO));
    }
}
