package dev.carrel.integrations.opentelemetry;

import java.util.concurrent.CompletableFuture;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Kind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Two context systems within each other, both ways: the innermost holds, and both come back. */
@SuppressWarnings("MustBeClosedChecker") // what is not closed, or in the wrong order, is the matter here
class NestedTest {
    private static final ContextKey<String> ANIMAL = ContextKey.named("animal");
    private static final dev.carrel.context.ContextKey<String> WHO = dev.carrel.context.ContextKey.withDefault("who",
            Kind.USER, "nobody");
    private static final dev.carrel.context.Context ALICE = dev.carrel.context.Context.root().with(WHO, "alice");
    private static final dev.carrel.context.Context BOB = dev.carrel.context.Context.root().with(WHO, "bob");

    private static void assertCurrent(String who, String animal) {
        assertThat(dev.carrel.context.Context.current().get(WHO)).isEqualTo(who);
        String current = Context.current().get(ANIMAL);
        assertThat(current == null ? "none" : current).isEqualTo(animal);
    }

    private static Scope animal(String animal) {
        return Context.current().with(ANIMAL, animal).makeCurrent();
    }

    @AfterEach
    void the_thread_is_at_both_roots() {
        assertThat(Context.current()).isSameAs(Context.root());
        assertCurrent("nobody", "none");
    }

    @Test
    void opentelemetry_within_carrel_within_opentelemetry() {
        try (Scope cat = animal("cat")) {
            assertThat(cat).isNotNull();
            assertCurrent("nobody", "cat");
            dev.carrel.context.Context.current().with(WHO, "alice").run(() -> {
                assertCurrent("alice", "cat");
                try (Scope dog = animal("dog")) {
                    assertThat(dog).isNotNull();
                    assertCurrent("alice", "dog");
                    dev.carrel.context.Context.current().with(WHO, "bob").run(() -> assertCurrent("bob", "dog"));
                    assertCurrent("alice", "dog");
                }
                assertCurrent("alice", "cat");
            });
            assertCurrent("nobody", "cat");
        }
    }

    @Test
    void carrel_within_opentelemetry_within_carrel() {
        ALICE.run(() -> {
            try (Scope cat = animal("cat")) {
                assertThat(cat).isNotNull();
                BOB.run(() -> {
                    assertCurrent("bob", "none");
                    try (Scope dog = animal("dog")) {
                        assertThat(dog).isNotNull();
                        assertCurrent("bob", "dog");
                    }
                    assertCurrent("bob", "none");
                });
                assertCurrent("alice", "cat");
            }
            assertCurrent("alice", "none");
        });
    }

    @Test
    void what_was_made_current_is_current_as_the_same_object() {
        Context first = Context.root().with(ANIMAL, "cat");
        try (Scope scope = first.makeCurrent()) {
            assertThat(scope).isNotNull();
            assertThat(Context.current()).isSameAs(first);
            try (Scope again = Context.current().makeCurrent()) {
                assertThat(again).isSameAs(Scope.noop());
                assertThat(Context.current()).isSameAs(first);
            }
            assertThat(Context.current()).isSameAs(first);
        }
        ALICE.run(() -> {
            Context second = Context.current().with(ANIMAL, "dog");
            try (Scope scope = second.makeCurrent()) {
                assertThat(scope).isNotNull();
                assertThat(Context.current()).isSameAs(second);
                assertThat(second).asString().contains("Carrel");
            }
        });
    }

    @Test
    void a_block_that_throws_leaves_both_as_they_were() {
        try (Scope cat = animal("cat")) {
            assertThat(cat).isNotNull();
            assertThatThrownBy(() -> ALICE.run(() -> {
                animal("dog").close();
                try (Scope bird = animal("bird")) {
                    assertThat(bird).isNotNull();
                    throw new IllegalStateException("in the block");
                }
            })).hasMessage("in the block");
            assertCurrent("nobody", "cat");
        }
    }

    @Test
    void scopes_closed_in_the_wrong_order_or_twice_leave_nothing() {
        ALICE.run(() -> {
            Scope cat = animal("cat");
            Scope dog = animal("dog");
            cat.close();
            assertCurrent("alice", "dog");
            dog.close();
            assertCurrent("alice", "none");
            dog.close();
            cat.close();
            assertCurrent("alice", "none");
        });
    }

    @Test
    void a_scope_that_a_block_leaves_open_ends_with_it() {
        ALICE.run(() -> animal("cat"));
        assertCurrent("nobody", "none");
    }

    @Test
    void a_thread_that_is_started_inherits_neither() {
        ALICE.run(() -> {
            try (Scope cat = animal("cat")) {
                assertThat(cat).isNotNull();
                var seen = new CompletableFuture<Context>();
                Thread.ofVirtual().start(() -> seen.complete(Context.current()));
                assertThat(seen.join()).isSameAs(Context.root());
            }
        });
    }

    @Test
    void nothing_to_attach_attaches_nothing() {
        assertThat(CarrelContextStorage.INSTANCE.attach(null)).isSameAs(Scope.noop());
    }
}
