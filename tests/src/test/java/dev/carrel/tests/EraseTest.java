package dev.carrel.tests;

import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.SessionListener;
import dev.carrel.app.engine.Engine;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.error.EndedContextException;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.EndReason;
import dev.carrel.session.EventStream;
import dev.carrel.session.ListKey;
import dev.carrel.session.LocalKey;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.StoreLocation;
import dev.carrel.store.jdbc.UserArchive;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A user is erased from beside the server, which runs on: it notices, and tells its application. */
@Timeout(60)
class EraseTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Principal ALICE = AUTHORITY.visitor("school", "alice");
    private static final Principal BOB = AUTHORITY.visitor("school", "bob");
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final ListKey<String> DIARY = ListKey.of(Scope.USER, "diary", String.class);

    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Queue<Context> captured = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final LocalKey<AutoCloseable> agent = LocalKey.of("agent", () -> {
        open.incrementAndGet();
        return open::decrementAndGet;
    });

    /** A clock on which housekeeping's half minutes and its minute of patience are soon over. */
    private static final class Hurrying implements TimeSource {
        private final TimeSource system = TimeSource.system();

        @Override
        public Instant now() {
            return system.now().plus(Duration.ofMinutes(2));
        }

        @Override
        public long nanoTime() {
            return system.nanoTime();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return system.after(delay.dividedBy(100), task);
        }
    }

    private App app() {
        return Carrel.app("erase").state(agent, DIARY).listener(new SessionListener() {
            @Override
            public void ended(EndReason reason) {
                heard.add(reason.text() + " " + Principal.current().user());
                State.current().append(DIARY, "it was nice here");
            }
        }).chat("chat", (message, reply) -> {
            Session.current().local(agent);
            Context.current().with(COURSE, "chemistry").run(
                    () -> captured.add(Context.current().detached(Deadline.after(Duration.ofDays(1)))));
            reply.text("done");
            if (message.text().equals("wait")) {
                try {
                    new CountDownLatch(1).await();
                } finally {
                    stopped.countDown();
                }
            }
        });
    }

    private static void keepsHouse(Store store) {
        await().until(() -> store.leases().acquire(LeaseStore.HOUSEKEEPING, "test", Duration.ofMillis(1)).isEmpty());
    }

    @Test
    void a_server_ends_what_it_has_of_an_erased_user_and_tells_its_application_once_and_without_one_nobody_is_waited_for()
            throws Exception {
        StoreLocation place = StoreLocation.of(TestPostgres.database());
        try (Store store = place.open(TimeSource.system())) {
            var engine = new Engine(app(), store, KeyRing.random(), new Hurrying());
            engine.start();
            try {
                OwnedSession quiet = engine.create(ALICE, null);
                OwnedSession busy = engine.create(ALICE, null);
                OwnedSession bobs = engine.create(BOB, null);
                engine.post(quiet, "m", "go");
                engine.post(busy, "m", "wait");
                engine.post(bobs, "m", "go");
                await().until(() -> captured.size() == 3);
                EventStream stream = engine.stream(quiet, null).orElseThrow();
                keepsHouse(store);

                var wait = new UserArchive.Wait(Duration.ofSeconds(30), () -> {});
                assertThat(UserArchive.erase(place, Owner.of(ALICE), TimeSource.system(), wait))
                        .as("two sessions, and what the farewell left").isEqualTo(new UserArchive.Erased(2, 1));

                assertThat(heard).containsExactly("erased alice", "erased alice");
                assertThat(UserArchive.count(place, Owner.of(ALICE), TimeSource.system()).without("place", "ended")
                        .total()).isZero();
                await().until(() -> {
                    stream.next(Duration.ofMillis(10));
                    return stream.ended().isPresent();
                });
                assertThat(stream.ended()).contains("erased");
                stream.close();
                stopped.await();
                await().until(() -> open.get() == 1);
                for (Context context : captured) {
                    if (Principal.of(context).filter(BOB::equals).isPresent()) {
                        assertThat(context.get(COURSE)).isEqualTo("chemistry");
                    } else {
                        assertThatThrownBy(() -> context.get(COURSE)).isInstanceOf(EndedContextException.class);
                    }
                }
            } finally {
                engine.stop(Duration.ofSeconds(1));
            }
            assertThat(heard).hasSize(2);
            assertThat(open).hasValue(0);

            var never = new UserArchive.Wait(Duration.ofDays(1), () -> heard.add("waiting"));
            assertThat(UserArchive.erase(place, Owner.of(BOB), TimeSource.system(), never))
                    .isEqualTo(new UserArchive.Erased(1, 0));
            assertThat(heard).hasSize(2);
        }
    }
}
