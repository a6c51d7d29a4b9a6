package dev.carrel.examples;

import java.util.List;

import dev.carrel.examples.batching.ServingCase;
import dev.carrel.examples.completions.CompletionsCase;
import dev.carrel.examples.demo.AssistantCase;
import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Result;
import dev.carrel.examples.endpoints.ChatCase;
import dev.carrel.examples.evaluations.EvaluationsCase;

/** The five cases, and the size at which they are run: 200 users and ten answers each. */
public final class Cases {
    /** How many users ask at once. */
    public static final int USERS = 200;
    /** How many answers each of them gets. */
    public static final int WAVES = 10;

    private Cases() {}

    /** All five, in the order in which they are told. */
    public static List<Case<?>> all() {
        return List.of(
                new CompletionsCase(),
                new ChatCase(),
                new ServingCase(),
                new EvaluationsCase(),
                new AssistantCase());
    }

    /** Runs every case both ways. */
    public static List<Result> run() {
        return all().stream().map(story -> Result.of(story, USERS, WAVES)).toList();
    }
}
