package dev.carrel.examples.evaluations;

import java.util.concurrent.CompletableFuture;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.examples.driver.Model;
import dev.carrel.pool.TaskPool;

/** Carrel's way: a task pool captures the context with every task, and its workers have nothing of their own to keep. */
public final class CarrelEvaluations implements Evaluations {
    private static final ContextKey<Query> QUERY = ContextKey.of("query", Kind.TURN);

    private final TaskPool pool;
    private final Model model;

    public CarrelEvaluations(Model model, int workers) {
        this.model = model;
        this.pool = TaskPool.builder("evaluation").concurrency(workers).build();
    }

    @Override
    public CompletableFuture<String> ask(String user, String text) {
        return Context.current().with(QUERY, new Query(user, text)).call(() -> {
            String answer = model.complete(text);
            return CompletableFuture.supplyAsync(() -> evaluate(answer), pool);
        });
    }

    private String evaluate(String answer) {
        Query query = Context.current().get(QUERY);
        return "%s: %s (answered in %d characters)".formatted(query.user(), query.text(), answer.length());
    }

    @Override
    public void close() {
        pool.close();
    }
}
