package dev.carrel.examples.evaluations;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.examples.driver.Model;

/** Carrel's way: the pool captures the context with every task, so a worker has nothing of its own to keep. */
public final class CarrelEvaluations implements Evaluations {
    private static final ContextKey<Query> QUERY = ContextKey.of("query", Kind.TURN);

    private final ExecutorService pool;
    private final Model model;

    public CarrelEvaluations(Model model, int workers) {
        this.model = model;
        this.pool = Context.propagating(Executors.newFixedThreadPool(workers));
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
