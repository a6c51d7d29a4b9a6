package dev.carrel.examples.evaluations;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EvaluationsTest {
    @Test
    void two_queries_follow_each_other_through_one_worker_and_each_is_filed_under_its_own() {
        try (var program = new CarrelEvaluations(prompt -> "an answer", 1)) {
            assertThat(program.ask("alice", "What is rust?").join()).startsWith("alice: What is rust?");
            assertThat(program.ask("bob", "What is brass?").join()).startsWith("bob: What is brass?");
        }
    }

    @Test
    void the_usual_way_files_the_second_query_under_the_first() {
        try (var program = new UsualEvaluations(prompt -> "an answer", 1)) {
            assertThat(program.ask("alice", "What is rust?").join()).startsWith("alice: What is rust?");
            assertThat(program.ask("bob", "What is brass?").join()).startsWith("alice: What is rust?");
        }
    }
}
