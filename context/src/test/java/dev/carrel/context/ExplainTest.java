package dev.carrel.context;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** G14: what is bound, by whom, until when, and what the boundaries on the way did to it. */
class ExplainTest {
    private static final ContextKey<String> COURSE = ContextKey.<String>builder("course", Kind.SESSION).loggable()
            .build();
    private static final ContextKey<String> DRAFT = ContextKey.<String>builder("draft", Kind.TURN)
            .crossing(Boundary.EXECUTOR, Crossing.clear()).build();

    @Test
    void values_are_shown_of_loggable_keys_only() {
        SessionId session = SessionId.random();
        String text = Context.root().with(COURSE, "chemistry").with(DRAFT, "a secret").with(SessionId.KEY, session)
                .explain();
        assertThat(text).contains("course = chemistry", "session-id = " + session, "draft: of the turn",
                "by the application", "executor clear").doesNotContain("a secret");
    }

    @Test
    void it_says_which_thread_asks_and_that_the_root_is_the_root() {
        assertThat(Context.root().explain()).contains(Thread.currentThread().getName(), "root", "nothing is bound");
    }

    @Test
    void it_says_how_long_values_live_and_that_they_have_ended() {
        Lifetime turn = Lifetime.begin(Kind.TURN, "turn 4711");
        Context context = turn.bind(Context.root()).with(DRAFT, "x");
        assertThat(context.explain()).contains("lives as long as turn 4711");
        turn.end();
        assertThat(context.explain()).contains("ended with turn 4711");
    }

    @Test
    void it_says_when_work_is_no_longer_wanted_and_why() {
        var time = new ManualTime();
        var owner = Cancellation.source();
        Context context = owner.bind(Context.root().withDeadline(Deadline.after(Duration.ofSeconds(3), time)));
        assertThat(context.explain()).contains("3000 ms");
        owner.cancel("the owner pressed stop");
        assertThat(context.explain()).contains("the owner pressed stop");
        time.pass(Duration.ofSeconds(3));
        assertThat(context.explain()).contains("deadline: passed", "the owner pressed stop");
    }

    @Test
    void it_tells_the_way_newest_first() {
        Authority login = Authority.named("login");
        Context start = login.bind(Context.root(), login.user("school", "alice", "Alice", Set.of())).with(DRAFT, "x");
        Context end = start.across(Boundary.EXECUTOR).detached(Deadline.after(Duration.ofMinutes(1))).background();
        String text = end.explain();
        assertThat(text).containsSubsequence("scheduled", "principal: clear", "detached", "executor", "draft: clear");
        assertThatThrownBy(() -> end.get(DRAFT)).hasMessageContaining("\"draft\"");
    }

    @Test
    void a_long_way_is_told_in_part() {
        Context context = Context.root().with(COURSE, "chemistry");
        for (int i = 0; i < 1_000; i++) {
            context = context.with(DRAFT, "x").across(Boundary.EXECUTOR);
        }
        assertThat(context.explain().lines()).hasSizeLessThan(40);
    }
}
