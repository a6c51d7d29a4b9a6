package dev.carrel.integrations.scope;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

import static org.assertj.core.api.Assertions.assertThat;

class PairedScopesTest {
    private static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final Context ALICE = Context.root().with(WHO, "alice");
    private static final Context BOB = Context.root().with(WHO, "bob");

    private final Logged logged = new Logged();

    private static String who() {
        return Context.current().get(WHO);
    }

    @AfterEach
    void the_thread_is_at_the_root() {
        logged.close();
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void what_was_current_is_so_again_also_between_equal_ones() {
        PairedScopes.open(ALICE);
        PairedScopes.open(ALICE);
        PairedScopes.open(Context.root());
        assertThat(who()).isEqualTo("nobody");
        PairedScopes.restore(ALICE);
        assertThat(who()).isEqualTo("alice");
        PairedScopes.restore(ALICE);
        assertThat(who()).isEqualTo("alice");
        PairedScopes.restore(Context.root());
        assertThat(logged.messages).isEmpty();
    }

    @Test
    void restored_in_the_wrong_order_nothing_is_kept() {
        PairedScopes.open(ALICE);
        PairedScopes.open(BOB);
        PairedScopes.restore(Context.root());
        assertThat(Context.current()).isSameAs(Context.root());
        PairedScopes.restore(ALICE);
        assertThat(Context.current()).isSameAs(Context.root());
        assertThat(logged.messages).singleElement().asString().contains("nothing is changed");
    }

    @Test
    void a_second_restore_takes_nobodys_context_away() {
        PairedScopes.open(ALICE);
        PairedScopes.restore(Context.root());
        BOB.run(() -> {
            PairedScopes.restore(Context.root());
            assertThat(who()).isEqualTo("bob");
        });
        assertThat(logged.messages).hasSize(1);
    }

    @Test
    void what_was_opened_within_and_left_open_is_closed_too() {
        PairedScopes.open(ALICE);
        var bob = ContextScope.open(BOB);
        PairedScopes.restore(Context.root());
        assertThat(Context.current()).isSameAs(Context.root());
        bob.close();
        assertThat(logged.messages).singleElement().asString().contains("left open within another");
    }

    @Test
    void restored_within_a_block_that_began_later_it_is_gone_after_the_block() {
        PairedScopes.open(ALICE);
        BOB.run(() -> {
            PairedScopes.restore(Context.root());
            assertThat(who()).isEqualTo("bob");
        });
        assertThat(logged.messages).singleElement().asString().contains("within a block that began later");
    }

    @Test
    void one_that_is_opened_again_and_again_and_never_restored_is_reported() {
        ALICE.run(() -> {
            for (int i = 0; i < 1500; i++) {
                PairedScopes.open(BOB);
            }
        });
        assertThat(logged.messages).hasSize(2);
        assertThat(logged.messages.getFirst()).contains("never closes them");
        assertThat(logged.messages.getLast()).contains("and 1499 under it");
    }
}
