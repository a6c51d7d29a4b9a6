package dev.carrel.context;

import java.util.Arrays;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** G1: a binding cannot outlive its block: there is no set without a scope. */
class G1BindingTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final ContextKey<String> SAME_NAME = Elsewhere.COURSE;
    private static final ContextKey<String> LANGUAGE = ContextKey.withDefault("language", Kind.USER, "en");

    /** Another class, which happens to have had the same idea. */
    private static final class Elsewhere {
        static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    }

    @Test
    void a_binding_is_gone_when_its_block_ends_however_it_ends() {
        Context chemistry = Context.current().with(COURSE, "chemistry");
        chemistry.run(() -> assertThat(Context.current().get(COURSE)).isEqualTo("chemistry"));
        assertThat(Context.current().find(COURSE)).isEmpty();
        assertThatThrownBy(() -> chemistry.run(() -> {
            throw new IllegalStateException("failed");
        })).hasMessage("failed");
        assertThat(Context.current().isRoot()).isTrue();
        assertThat(chemistry.<String, RuntimeException>call(() -> Context.current().get(COURSE)))
                .isEqualTo("chemistry");
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void an_inner_block_hides_and_gives_back() {
        Context.root().with(COURSE, "chemistry").run(() -> {
            Context.current().with(COURSE, "physics").with(LANGUAGE, "de").run(() -> {
                assertThat(Context.current().get(COURSE)).isEqualTo("physics");
                assertThat(Context.current().get(LANGUAGE)).isEqualTo("de");
                Context.root().run(() -> assertThat(Context.current().find(COURSE)).isEmpty());
            });
            assertThat(Context.current().get(COURSE)).isEqualTo("chemistry");
            assertThat(Context.current().get(LANGUAGE)).isEqualTo("en");
        });
    }

    @Test
    void to_run_in_what_is_current_binds_nothing_more() {
        Context chemistry = Context.root().with(COURSE, "chemistry");
        assertThat(bindings()).isZero();
        Context.root().run(() -> assertThat(bindings()).isZero());
        chemistry.run(() -> {
            int once = bindings();
            assertThat(once).isPositive();
            chemistry.run(() -> assertThat(bindings()).isEqualTo(once));
            assertThat(chemistry.<Integer, RuntimeException>call(() -> bindings())).isEqualTo(once);
            // Equal is not enough: each is a context of its own, with lifetimes of its own.
            Context.root().with(COURSE, "chemistry").run(() -> assertThat(bindings()).isGreaterThan(once));
            Context.root().run(() -> assertThat(bindings()).isGreaterThan(once));
        });
    }

    private static int bindings() {
        return StackWalker.getInstance().walk(frames -> (int) frames
                .filter(frame -> frame.getClassName().equals(ScopedValue.Carrier.class.getName())).count());
    }

    @Test
    void a_context_never_changes() {
        Context one = Context.root().with(COURSE, "chemistry");
        Context two = one.with(COURSE, "physics").with(SAME_NAME, "another");
        assertThat(one.get(COURSE)).isEqualTo("chemistry");
        assertThat(one.find(SAME_NAME)).isEmpty();
        assertThat(two.get(COURSE)).isEqualTo("physics");
        assertThat(two.get(SAME_NAME)).isEqualTo("another");
        assertThat(Context.root().find(COURSE)).isEmpty();
    }

    @Test
    void nothing_in_the_interface_binds_without_a_block() {
        assertThat(Arrays.stream(Context.class.getMethods()).map(java.lang.reflect.Method::getName))
                .noneMatch(name -> Set.of("set", "attach", "makeCurrent", "enter", "bind", "push").contains(name));
    }

    @Test
    void what_is_printed_of_a_context_is_names_and_no_values() {
        assertThat(Context.root().with(COURSE, "secret").toString()).contains("course").doesNotContain("secret");
    }

    @Test
    void only_an_authority_binds_who_is_asking() {
        Authority authority = Authority.named("test");
        Principal alice = authority.user("school", "alice", "Alice", Set.of("teacher"));
        Principal bob = authority.user("school", "bob", "Bob", Set.of());
        assertThatThrownBy(() -> Context.root().with(Principal.KEY, alice)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Authority");
        Context asAlice = authority.bind(Context.root(), alice);
        assertThatThrownBy(() -> authority.bind(asAlice, bob)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("school/alice").hasMessageContaining("school/bob");
        assertThat(authority.bind(asAlice, authority.user("school", "alice", "A.", Set.of("teacher")))
                .get(Principal.KEY).name()).isEqualTo("A.");
        assertThatThrownBy(() -> authority.bind(asAlice, authority.user("school", "alice", "Alice", Set.of("head"))))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("head");
        assertThatThrownBy(() -> authority.bind(asAlice, authority.visitor("school", "alice")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> authority.user("school", " ", "x", Set.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_same_id_in_two_tenants_is_two_principals() {
        Authority authority = Authority.named("test");
        assertThat(authority.user("school", "alice", "Alice", Set.of()))
                .isNotEqualTo(authority.user("college", "alice", "Alice", Set.of()))
                .isEqualTo(authority.user("school", "alice", "Another name", Set.of("admin")))
                .hasSameHashCodeAs(authority.user("school", "alice", "Another name", Set.of("admin")));
    }
}
