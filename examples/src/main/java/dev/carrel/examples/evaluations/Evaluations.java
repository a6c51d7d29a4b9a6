package dev.carrel.examples.evaluations;

import java.util.concurrent.CompletableFuture;

import dev.carrel.examples.driver.Program;

/** The job: answer a query, score the answer on a pool's worker, and file the score under the query. */
public interface Evaluations extends Program {
    /** Answers the user's query; the future is the line that the evaluation files about it. */
    CompletableFuture<String> ask(String user, String text);

    /** What a score is filed under. */
    record Query(String user, String text) {}
}
