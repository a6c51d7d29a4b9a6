package dev.carrel.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.app.engine.BobsCode;
import dev.carrel.context.Authority;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.CancelledException;
import dev.carrel.error.ConflictException;
import dev.carrel.error.MissingContextException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.NodeId;
import dev.carrel.pool.PooledTask;
import dev.carrel.pool.TaskPool;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.test.TestTime;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a named lease guards is done by one at a time, over all nodes, and by nobody whose lease was lost. */
@Timeout(60)
class LeasesTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of());
    private static final Principal CAROL = AUTHORITY.user("college", "carol", "Carol", Set.of());
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestTime time = TestTime.start();
    private final Flaky store = new Flaky(new MemoryStore(time).leases());
    private final Leases here = Leases.open(store, time, NodeId.random());
    private final Leases there = Leases.open(store, time, NodeId.random());

    /** A store that can be out of reach, and counts. */
    private static final class Flaky implements LeaseStore {
        private final LeaseStore store;
        final AtomicInteger acquisitions = new AtomicInteger();
        final AtomicInteger renewals = new AtomicInteger();
        volatile boolean down;

        Flaky(LeaseStore store) {
            this.store = store;
        }

        @Override
        public Optional<Lease> acquire(String name, String holder, Duration duration) {
            acquisitions.incrementAndGet();
            return store.acquire(name, holder, duration);
        }

        @Override
        public boolean renew(Lease lease, Duration duration) {
            if (down) {
                throw new UnavailableException("out of reach");
            }
            boolean renewed = store.renew(lease, duration);
            renewals.incrementAndGet();
            return renewed;
        }

        @Override
        public void release(Lease lease) {
            store.release(lease);
        }
    }

    private static <R> Callable<R> as(Principal who, Callable<R> body) {
        return AUTHORITY.bind(Context.root(), who).wrap(body);
    }

    private static <R> CompletableFuture<R> start(Principal who, Callable<R> body) {
        var done = new CompletableFuture<R>();
        Callable<R> bound = as(who, body);
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(bound.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Somebody inside, until they are let go. */
    private final class Holder {
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CompletableFuture<Boolean> done;

        Holder() throws InterruptedException {
            var entered = new CountDownLatch(1);
            done = start(ALICE, () -> here.guard("course-42", LONG, fence -> {
                entered.countDown();
                return goOn.await(60, TimeUnit.SECONDS);
            }));
            entered.await();
        }

        void letGo() {
            goOn.countDown();
            assertThat(done.join()).isTrue();
        }
    }

    @Test
    void of_many_on_two_nodes_one_is_inside_at_a_time_and_fences_grow() throws Exception {
        var real = new MemoryStore(TimeSource.system()).leases();
        List<Leases> nodes = List.of(Leases.open(real, TimeSource.system(), NodeId.random()),
                Leases.open(real, TimeSource.system(), NodeId.random()));
        var inside = new AtomicInteger();
        List<Long> fences = Collections.synchronizedList(new ArrayList<>());
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Leases node = nodes.get(i % 2);
            all.add(as(ALICE, () -> node.guard("course-42", LONG, fence -> {
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                fences.add(fence);
                Thread.onSpinWait();
                inside.decrementAndGet();
                return true;
            })));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var done : threads.invokeAll(all)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(fences).hasSize(60).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void who_waits_longer_than_their_patience_is_refused_and_may_come_again() throws Exception {
        var first = new Holder();
        CompletableFuture<Boolean> sameNode = start(ALICE,
                () -> here.guard("course-42", Duration.ofSeconds(5), fence -> true));
        CompletableFuture<Boolean> otherNode = start(ALICE,
                () -> there.guard("course-42", Duration.ofSeconds(5), fence -> true));
        Awaitility.await().until(() -> {
            time.pass(Duration.ofMillis(200));
            return sameNode.isDone() && otherNode.isDone();
        });
        for (CompletableFuture<Boolean> refused : List.of(sameNode, otherNode)) {
            assertThatThrownBy(refused::join).hasCauseInstanceOf(OverloadedException.class);
        }
        first.letGo();
        assertThat(start(ALICE, () -> there.guard("course-42", LONG, fence -> fence)).get()).isEqualTo(2L);
    }

    @Test
    void only_one_of_a_node_asks_the_store() throws Exception {
        var first = new Holder();
        List<CompletableFuture<Long>> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(start(ALICE, () -> here.guard("course-42", LONG, fence -> fence)));
        }
        for (int i = 0; i < 20; i++) {
            time.pass(Duration.ofMillis(100));
        }
        assertThat(store.acquisitions).hasValue(1);
        first.letGo();
        for (CompletableFuture<Long> other : others) {
            other.get();
        }
        assertThat(store.acquisitions).hasValue(51);
    }

    @Test
    void names_are_a_tenants_own() throws Exception {
        var entered = new CountDownLatch(2);
        List<CompletableFuture<Boolean>> both = new ArrayList<>();
        for (Principal who : List.of(ALICE, CAROL)) {
            both.add(start(who, () -> here.guard("course-42", LONG, fence -> {
                entered.countDown();
                return entered.await(60, TimeUnit.SECONDS);
            })));
        }
        assertThat(both).allMatch(CompletableFuture::join);
        assertThatThrownBy(() -> here.guard("course-42", LONG, fence -> fence))
                .isInstanceOf(MissingContextException.class);
        assertThatThrownBy(() -> as(ALICE, () -> here.guard(" ", LONG, fence -> fence)).call())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_lease_is_kept_for_as_long_as_its_work_takes() throws Exception {
        var first = new Holder();
        for (int i = 1; i <= 12; i++) {
            int expected = i;
            time.pass(Leases.LEASE.dividedBy(3));
            Awaitility.await().until(() -> store.renewals.get() == expected);
            // The next one is set by the thread that has renewed it, a moment later.
            Awaitility.await().until(() -> time.timers() >= 2);
        }
        assertThat(store.store.acquire("guard/6/school/course-42", "another", LONG)).isEmpty();
        first.letGo();
        assertThat(time.timers()).isZero();
    }

    @Test
    void work_whose_lease_is_lost_is_cancelled_and_interrupted_and_counts_for_nothing() throws Exception {
        var entered = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var afterwards = new CompletableFuture<Boolean>();
        CompletableFuture<Object> first = start(ALICE, () -> {
            try {
                return here.guard("course-42", LONG, fence -> {
                    Cancellation.current().onRequest(cancelled::countDown);
                    entered.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                });
            } finally {
                afterwards.complete(Thread.currentThread().isInterrupted());
            }
        });
        entered.await();
        store.down = true;
        Awaitility.await().until(() -> {
            time.pass(Duration.ofSeconds(1));
            return first.isDone();
        });
        assertThatThrownBy(first::join).cause().isInstanceOf(ConflictException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(cancelled.getCount()).isZero();
        assertThat(afterwards.get()).as("the interrupt was for the work").isFalse();
    }

    @Test
    void work_whose_lease_is_lost_is_interrupted_and_not_the_code_of_another_user_that_it_calls() throws Exception {
        var bobs = new BobsCode();
        var cancelled = new CountDownLatch(1);
        CompletableFuture<Object> first = start(ALICE, () -> here.guard("course-42", LONG, fence -> {
            Cancellation.current().onRequest(cancelled::countDown);
            bobs.call();
            return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
        }));
        bobs.awaitBegun();
        store.down = true;
        Awaitility.await().until(() -> {
            time.pass(Duration.ofSeconds(1));
            return cancelled.getCount() == 0;
        });
        // It is interrupted a moment after it was told.
        Awaitility.await().pollDelay(Duration.ofMillis(50)).until(() -> true);
        bobs.assertUndisturbed();
        assertThatThrownBy(first::join).cause().isInstanceOf(ConflictException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class));
    }

    @Test
    void whatever_stops_the_work_around_it_stops_the_guarded_work_too() throws Exception {
        try (TaskPool pool = TaskPool.builder("work").build()) {
            var entered = new CountDownLatch(1);
            var felt = new CompletableFuture<Boolean>();
            PooledTask<Object> task = pool.submit(as(ALICE, () -> here.guard("course-42", LONG, fence -> {
                entered.countDown();
                try {
                    return new CountDownLatch(1).await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    felt.complete(true);
                    throw e;
                } finally {
                    felt.complete(false);
                }
            })));
            entered.await();
            task.cancel(true);
            assertThat(felt.get()).as("it was interrupted").isTrue();
        }
    }

    @Test
    void what_comes_to_its_end_without_its_lease_is_refused() throws Exception {
        var entered = new CountDownLatch(1);
        CompletableFuture<Object> first = start(ALICE, () -> here.guard("course-42", LONG, fence -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                // It does not care.
            }
            return "done all the same";
        }));
        entered.await();
        // As after a freeze of this node: the lease has lapsed, and another node has it.
        store.down = true;
        time.pass(Leases.LEASE.dividedBy(2));
        time.jump(Duration.ofMinutes(1));
        assertThat(store.store.acquire("guard/6/school/course-42", "another", LONG)).isPresent();
        store.down = false;
        Awaitility.await().until(() -> {
            time.pass(Duration.ofSeconds(1));
            return first.isDone();
        });
        assertThatThrownBy(first::join).hasCauseInstanceOf(ConflictException.class);
    }

    @Test
    void work_that_fails_gives_the_lease_back() throws Exception {
        assertThatThrownBy(() -> as(ALICE, () -> here.guard("course-42", LONG, fence -> {
            throw new IllegalStateException("its own");
        })).call()).isInstanceOf(IllegalStateException.class).hasMessage("its own");
        assertThat(as(ALICE, () -> there.guard("course-42", Duration.ZERO, fence -> fence)).call()).isEqualTo(2L);
        assertThat(time.timers()).isZero();
    }

    @Test
    void who_is_stopped_while_they_wait_waits_no_longer() throws Exception {
        var first = new Holder();
        var waiting = new AtomicInteger();
        List<Cancellation.Source> sources = List.of(Cancellation.source(), Cancellation.source());
        List<CompletableFuture<Boolean>> stopped = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Leases node = i == 0 ? here : there;
            Cancellation.Source source = sources.get(i);
            stopped.add(start(ALICE, () -> source.bind(Context.current()).<Boolean, Exception>call(() -> {
                waiting.incrementAndGet();
                return node.guard("course-42", LONG, fence -> true);
            })));
        }
        Awaitility.await().until(() -> waiting.get() == 2);
        sources.forEach(source -> source.cancel("You stopped this answer."));
        for (CompletableFuture<Boolean> each : stopped) {
            assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(CancelledException.class);
        }
        first.letGo();
        assertThat(as(ALICE, () -> here.guard("course-42", Duration.ZERO, fence -> true)).call()).isTrue();
    }

    @Test
    void handlers_find_them_and_others_do_not() {
        assertThatThrownBy(Leases::current).isInstanceOf(MissingContextException.class).hasMessageContaining("leases");
        assertThat(here.bind(Context.root()).<Leases, RuntimeException>call(Leases::current)).isSameAs(here);
    }
}
