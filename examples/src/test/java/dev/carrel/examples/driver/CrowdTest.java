package dev.carrel.examples.driver;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The driver must not be what makes an answer right or wrong. */
class CrowdTest {
    @Test
    void nobody_goes_on_before_everybody_is_there() {
        Crowd crowd = Crowd.of(50);
        AtomicInteger there = new AtomicInteger();
        List<String> seen = crowd.wave(user -> {
            there.incrementAndGet();
            crowd.meet();
            return Integer.toString(there.get());
        });
        assertThat(seen).containsOnly("50");
    }

    @Test
    void a_server_that_waits_for_everybody_is_not_one_of_them() {
        Crowd crowd = Crowd.of(50);
        AtomicInteger there = new AtomicInteger();
        List<String> seen = crowd.wave(user -> {
            there.incrementAndGet();
            crowd.arrive();
            crowd.awaitEverybody();
            return Integer.toString(there.get());
        });
        assertThat(seen).containsOnly("50");
        assertThat(crowd.meetings()).isEqualTo(1);
    }

    @Test
    void a_program_that_fails_stops_the_run_instead_of_leaving_the_others_to_wait() {
        Crowd crowd = Crowd.of(3);
        assertThatThrownBy(() -> crowd.wave(user -> {
            if (user.id().equals("user-001")) {
                throw new IllegalArgumentException("a bug");
            }
            crowd.meet();
            return "";
        })).isInstanceOf(IllegalStateException.class).hasRootCauseMessage("a bug");
    }

    @Test
    void no_two_users_share_a_secret() {
        List<User> users = Crowd.of(200).users();
        assertThat(users.stream().map(User::word)).doesNotHaveDuplicates();
        assertThat(users.stream().map(User::balance)).doesNotHaveDuplicates();
        assertThat(users).isEqualTo(Crowd.of(200).users());
    }

    @Test
    void the_judge_tells_own_from_anothers_from_lost_and_counts_a_leak_beside_the_own_as_a_leak() {
        User alice = new User("alice", "rust", "EUR 1");
        User bob = new User("bob", "brass", "EUR 2");
        Judge judge = new Judge(List.of(alice, bob), User::word, "asked");
        judge.hear(alice, "it is rust");
        judge.hear(alice, "which word?");
        judge.hear(bob, "it is rust");
        judge.hear(bob, "brass, or rust");
        Tally tally = judge.tally(Object.class, 0, Optional.empty());
        assertThat(tally.answers()).isEqualTo(4);
        assertThat(tally.lost()).isEqualTo(1);
        assertThat(tally.others()).isEqualTo(2);
        assertThat(tally.evidence()).contains("alice asked and was told nothing of it: \"which word?\"");
    }
}
