package dev.carrel.integrations.scope;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.pool.TaskPool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Bridges are told in order, undone in reverse, and rolled back when one of them throws. */
class ListenersTest {
    private static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final Context ALICE = Context.root().with(WHO, "alice");
    private static final Context BOB = Context.root().with(WHO, "bob");

    private final Logged logged = new Logged();
    private final TestListeners.Script script = new TestListeners.Script();

    @BeforeEach
    void listen() {
        TestListeners.script = script;
    }

    @AfterEach
    void stop() {
        TestListeners.script = null;
        logged.close();
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void they_are_told_in_order_and_undone_in_reverse_for_a_block_and_for_a_scope() {
        String[] all = {"bound 1", "bound 2", "bound 3", "body", "undo 3", "undo 2", "undo 1"};
        ALICE.run(() -> script.told.add("body"));
        assertThat(script.told).containsExactly(all);
        script.told.clear();
        assertThat(ALICE.<Boolean, RuntimeException>call(() -> script.told.add("body"))).isTrue();
        assertThat(script.told).containsExactly(all);
        script.told.clear();
        try (var alice = ContextScope.open(ALICE)) {
            assertThat(alice).isNotNull();
            script.told.add("body");
        }
        assertThat(script.told).containsExactly(all);
    }

    @Test
    void they_are_undone_after_a_body_that_throws() {
        assertThatThrownBy(() -> ALICE.run(() -> {
            throw new IllegalStateException("in the body");
        })).hasMessage("in the body");
        assertThat(script.told).endsWith("undo 3", "undo 2", "undo 1");
    }

    @Test
    void a_block_whose_bridge_throws_does_not_run_and_everything_is_as_before() {
        try (var bob = ContextScope.open(BOB)) {
            assertThat(bob).isNotNull();
            script.told.clear();
            script.throwing = "bound 2";
            assertThatThrownBy(() -> ALICE.run(() -> script.told.add("body"))).hasMessage("bound 2 failed");
            assertThat(script.told).containsExactly("bound 1", "bound 2", "undo 1");
            assertThat(Context.current()).isSameAs(BOB);
        }
    }

    @Test
    void a_scope_whose_bridge_throws_is_not_opened_and_everything_is_as_before() {
        BOB.run(() -> {
            script.told.clear();
            script.throwing = "bound 3";
            assertThatThrownBy(() -> ContextScope.open(ALICE)).hasMessage("bound 3 failed");
            assertThat(script.told).containsExactly("bound 1", "bound 2", "bound 3", "undo 2", "undo 1");
            assertThat(Context.current()).isSameAs(BOB);
        });
    }

    @Test
    void one_that_fails_to_undo_is_logged_and_the_others_are_undone_all_the_same() {
        script.throwing = "undo 2";
        var ran = new CompletableFuture<Boolean>();
        ALICE.run(() -> ran.complete(true));
        assertThat(ran).isCompletedWithValue(true);
        assertThat(script.told).endsWith("undo 3", "undo 2", "undo 1");
        assertThat(logged.messages).singleElement().asString().contains("failed to put back");
    }

    @Test
    void what_a_block_left_open_is_undone_before_the_block_and_what_it_hid_after_it() {
        var alice = ContextScope.open(ALICE);
        script.told.clear();
        BOB.run(() -> {
            script.told.clear();
            ContextScope.open(ALICE);
            script.told.add("left open");
            alice.close();
        });
        assertThat(script.told).containsExactly("bound 1", "bound 2", "bound 3", "left open", "undo 3", "undo 2",
                "undo 1", "undo 3", "undo 2", "undo 1", "undo 3", "undo 2", "undo 1");
    }

    @Test
    void they_are_told_of_a_task_on_its_worker() throws Exception {
        try (ExecutorService executor = Context.propagating(Executors.newSingleThreadExecutor())) {
            var threads = new CopyOnWriteArraySet<Thread>();
            ALICE.<Void, Exception>call(() -> {
                script.told.clear();
                executor.submit(() -> {
                    threads.add(Thread.currentThread());
                    script.told.add("body");
                }).get();
                return null;
            });
            assertThat(threads).doesNotContain(Thread.currentThread());
            assertThat(script.told).startsWith("bound 1", "bound 2", "bound 3", "body", "undo 3", "undo 2", "undo 1");
        }
    }

    @Test
    void a_task_whose_bridge_throws_when_it_is_submitted_costs_the_pool_nothing() throws Exception {
        Cancellation.Source source = Cancellation.source();
        try (TaskPool pool = TaskPool.builder("one").concurrency(1).closing(Duration.ofSeconds(1)).build()) {
            source.bind(ALICE).run(() -> {
                script.throwing = "bound 2";
                assertThatThrownBy(() -> pool.submit(() -> "refused")).hasMessage("bound 2 failed");
                script.throwing = "";
            });
            assertThat(pool.submit(() -> "the next").get(20, TimeUnit.SECONDS)).isEqualTo("the next");
            assertThat(pool.status().total().cancelled()).isOne();
        }
    }
}
