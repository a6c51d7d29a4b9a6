package dev.carrel.integrations.scope;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Strict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContextScopeTest {
    private static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final Context ALICE = Context.root().with(WHO, "alice");
    private static final Context BOB = Context.root().with(WHO, "bob");
    private static final Context CAROL = Context.root().with(WHO, "carol");

    private final Logged logged = new Logged();

    private static String who() {
        return Context.current().get(WHO);
    }

    @BeforeEach
    @AfterEach
    void the_thread_is_at_the_root() {
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @AfterEach
    void stop() {
        logged.close();
    }

    @Test
    void a_scope_is_current_until_it_is_closed() {
        try (var outer = ContextScope.open(ALICE)) {
            assertThat(outer).hasToString("scope of Context[who]");
            assertThat(Context.current()).isSameAs(ALICE);
            try (var inner = ContextScope.open(BOB)) {
                assertThat(inner).isNotNull();
                assertThat(who()).isEqualTo("bob");
            }
            assertThat(who()).isEqualTo("alice");
        }
        assertThat(logged.messages).isEmpty();
    }

    @Test
    void the_innermost_holds_whether_it_is_a_scope_or_a_block() {
        ALICE.run(() -> {
            try (var bob = ContextScope.open(BOB)) {
                assertThat(bob).isNotNull();
                assertThat(who()).isEqualTo("bob");
                CAROL.run(() -> {
                    assertThat(who()).isEqualTo("carol");
                    try (var alice = ContextScope.open(ALICE)) {
                        assertThat(alice).isNotNull();
                        assertThat(who()).isEqualTo("alice");
                        Context.root().run(() -> {
                            assertThat(Context.current()).isSameAs(Context.root());
                            BOB.run(() -> assertThat(who()).isEqualTo("bob"));
                            assertThat(Context.current()).isSameAs(Context.root());
                        });
                        assertThat(who()).isEqualTo("alice");
                    }
                    assertThat(who()).isEqualTo("carol");
                });
                assertThat(who()).isEqualTo("bob");
            }
            assertThat(who()).isEqualTo("alice");
        });
        assertThat(logged.messages).isEmpty();
    }

    @Test
    void a_scope_is_open_again_after_a_block_that_threw() {
        try (var alice = ContextScope.open(ALICE)) {
            assertThat(alice).isNotNull();
            assertThatThrownBy(() -> BOB.run(() -> {
                ContextScope.open(CAROL);
                throw new IllegalArgumentException("in the block");
            })).hasMessage("in the block");
            assertThat(who()).isEqualTo("alice");
        }
        assertThat(logged.messages).singleElement().asString().contains("left open in a block that has ended");
    }

    @Test
    void closed_twice_is_closed_once() {
        var alice = ContextScope.open(ALICE);
        var bob = ContextScope.open(BOB);
        bob.close();
        bob.close();
        assertThat(who()).isEqualTo("alice");
        alice.close();
        alice.close();
        assertThat(logged.messages).isEmpty();
    }

    @Test
    void closed_in_the_wrong_order_the_later_one_holds_until_it_is_closed_too_and_nothing_is_kept() {
        try (var carol = ContextScope.open(CAROL)) {
            assertThat(carol).isNotNull();
            var alice = ContextScope.open(ALICE);
            var bob = ContextScope.open(BOB);
            alice.close();
            assertThat(who()).isEqualTo("bob");
            bob.close();
            assertThat(who()).isEqualTo("carol");
        }
        assertThat(logged.messages).singleElement().asString()
                .contains("Context[who]", "closed before what was opened within it");
    }

    @Test
    void closed_on_another_thread_it_ends_on_its_own_and_takes_nothing_from_the_other() throws Exception {
        var alice = ContextScope.open(ALICE);
        var seen = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> {
            try (var bob = ContextScope.open(BOB)) {
                assertThat(bob).isNotNull();
                alice.close();
                seen.complete(who());
            }
        }).join();
        assertThat(seen.join()).isEqualTo("bob");
        assertThat(who()).isEqualTo("nobody");
        assertThat(logged.messages).singleElement().asString().contains("does not belong to");
    }

    @Test
    void closed_within_a_block_that_began_later_it_is_gone_after_the_block() {
        try (var carol = ContextScope.open(CAROL)) {
            assertThat(carol).isNotNull();
            var alice = ContextScope.open(ALICE);
            BOB.run(() -> {
                alice.close();
                assertThat(who()).isEqualTo("bob");
            });
            assertThat(who()).isEqualTo("carol");
        }
    }

    @Test
    void what_a_task_leaves_open_ends_with_the_workers_outermost_task() throws Exception {
        try (ExecutorService executor = Context.propagating(Executors.newSingleThreadExecutor())) {
            executor.submit(() -> {
                ContextScope.open(ALICE);
                PairedScopes.open(BOB);
            }).get();
            assertThat(executor.submit(ContextScopeTest::who).get()).isEqualTo("nobody");
        }
        assertThat(logged.messages).singleElement().asString().contains("left open in a block", "and 1 under it");
    }

    @Test
    void left_open_outside_of_any_block_and_forgotten_it_ends_when_its_handle_is_collected() {
        ContextScope.open(ALICE);
        Awaitility.await().pollInSameThread().until(() -> {
            System.gc();
            return Context.current() == Context.root();
        });
        assertThat(logged.messages).singleElement().asString().contains("never closed");
    }

    @Test
    void no_thread_inherits_an_open_scope() throws Exception {
        try (var alice = ContextScope.open(ALICE)) {
            assertThat(alice).isNotNull();
            var virtual = new CompletableFuture<Context>();
            Thread.ofVirtual().start(() -> virtual.complete(Context.current()));
            var platform = new CompletableFuture<Context>();
            Thread.ofPlatform().start(() -> platform.complete(Context.current()));
            assertThat(virtual.get()).isSameAs(Context.root());
            assertThat(platform.get()).isSameAs(Context.root());
        }
    }

    @Test
    void what_is_handed_over_in_a_scope_goes_along() throws Exception {
        try (var alice = ContextScope.open(ALICE); ExecutorService executor = Context.virtualThreads()) {
            assertThat(alice).isNotNull();
            assertThat(executor.submit(ContextScopeTest::who).get()).isEqualTo("alice");
        }
    }

    @Test
    void strict_mode_names_what_is_open_and_where_it_was_opened() {
        Strict.enable();
        try {
            var alice = ContextScope.open(ALICE);
            assertThat(Strict.left()).anySatisfy(left -> {
                assertThat(left.what()).isEqualTo("open scope of Context[who]");
                assertThat(left.where().getStackTrace()).anyMatch(at -> at.getClassName().equals(getClass().getName()));
            });
            alice.close();
            assertThat(Strict.left()).noneMatch(left -> left.what().contains("open scope"));
        } finally {
            Strict.disable();
        }
    }

    @Test
    void no_context_is_no_scope() {
        assertThatThrownBy(() -> ContextScope.open(nothing())).isInstanceOf(NullPointerException.class)
                .hasMessage("context");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }
}
