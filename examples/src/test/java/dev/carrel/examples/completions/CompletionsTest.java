package dev.carrel.examples.completions;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.MissingContextException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CompletionsTest {
    private final List<Thread> actionThreads = Collections.synchronizedList(new ArrayList<>());

    private String balance(String user) {
        actionThreads.add(Thread.currentThread());
        return user + " has EUR 10";
    }

    @Test
    void the_action_runs_on_another_thread_and_answers_with_the_callers_own_account() {
        try (var program = new CarrelCompletions(message -> "balance", this::balance)) {
            assertThat(program.complete("alice", "What is my balance?")).isEqualTo("alice has EUR 10");
            assertThat(program.complete("bob", "What is my balance?")).isEqualTo("bob has EUR 10");
        }
        assertThat(actionThreads).hasSize(2).doesNotContain(Thread.currentThread());
    }

    @Test
    void signed_out_it_explains_what_is_missing_and_where_to_bind_it() {
        try (var program = new CarrelCompletions(message -> "balance", this::balance)) {
            program.complete("alice", "What is my balance?");
            assertThatThrownBy(() -> program.complete(null, "What is my balance?"))
                    .cause()
                    .isInstanceOf(MissingContextException.class)
                    .hasMessageContaining("\"principal\" was read on thread")
                    .hasMessageContaining("Context[message] is bound and this is not")
                    .hasMessageContaining("nobody is signed in here");
        }
        assertThat(actionThreads).as("the bank was asked for alice and for nobody else").hasSize(1);
    }

    @Test
    void signed_out_the_usual_way_answers_with_the_account_of_whoever_came_last() {
        // Two requests overlap: the visitor's is at the model when alice's begins.
        try (var program = new UsualCompletions(message -> "balance", this::balance)) {
            var overlapping = new UsualCompletions(message -> {
                program.complete("alice", "What is my balance?");
                return "balance";
            }, this::balance);
            try (overlapping) {
                assertThat(overlapping.complete(null, "What is my balance?")).isEqualTo("alice has EUR 10");
            }
        }
    }
}
