package dev.carrel.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** G5, within the process: work that begins as one user goes on as another only by an explicit, logged switch. */
class AuthorityTest {
    private static final ContextKey<String> DRAFT = ContextKey.of("draft", Kind.TURN);
    private static final Authority LOGIN = Authority.named("password login");
    private static final Authority DESK = Authority.named("help desk");
    private static final Principal ALICE = LOGIN.user("school", "alice", "Alice", Set.of("learner"));
    private static final Principal BOB = LOGIN.user("college", "bob", "Bob", Set.of("operator"));

    private final Logger audit = Logger.getLogger("dev.carrel.audit");
    private final List<String> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        audit.addHandler(handler);
        audit.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        audit.removeHandler(handler);
        audit.setUseParentHandlers(true);
    }

    @Test
    void another_principal_is_refused_wherever_the_context_has_been_meanwhile() throws Exception {
        Context bob = LOGIN.bind(Context.root(), BOB);
        Context detached = bob.detached(Deadline.after(Duration.ofMinutes(1)));
        for (Context context : List.of(bob, bob.with(DRAFT, "x"), bob.across(Boundary.BATCH), detached)) {
            assertThatThrownBy(() -> DESK.bind(context, ALICE)).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("help desk").hasMessageContaining("school/alice")
                    .hasMessageContaining("college/bob").hasMessageContaining("Context.root()")
                    .hasMessageContaining("switchTo");
        }
        try (var executor = Context.virtualThreads()) {
            bob.<Void, Exception>call(() -> {
                executor.submit(() -> assertThatThrownBy(() -> DESK.bind(Context.current(), ALICE))
                        .isInstanceOf(IllegalStateException.class)).get();
                return null;
            });
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void a_switch_leaves_nothing_behind_but_the_deadline_and_the_owner_and_is_logged() {
        var owner = Cancellation.source();
        Context bob = owner.bind(LOGIN.bind(Context.root(), BOB)).with(DRAFT, "bob's draft")
                .withDeadline(Deadline.after(Duration.ofMinutes(5)));
        Context alice = DESK.switchTo(bob, ALICE, "ticket 12");
        assertThat(Principal.of(alice)).contains(ALICE);
        assertThat(alice.find(DRAFT)).isEmpty();
        assertThat(alice.deadline()).isEqualTo(bob.deadline());
        assertThat(Principal.of(bob)).contains(BOB);
        assertThat(logged).singleElement().asString().contains("college/bob", "school/alice", "help desk", "ticket 12");
        assertThat(alice.explain()).contains("ticket 12");
        owner.cancel("stop");
        assertThat(alice.cancellation().requested()).isTrue();
    }

    @Test
    void work_for_nobody_may_become_somebodys() {
        Context periodic = LOGIN.bind(Context.root(), BOB).background();
        assertThat(Principal.of(DESK.bind(periodic, ALICE))).contains(ALICE);
    }

    @Test
    void who_bound_it_stands_in_the_explanation() {
        assertThat(LOGIN.bind(Context.root(), ALICE).explain()).contains("password login").doesNotContain("Alice");
    }
}
