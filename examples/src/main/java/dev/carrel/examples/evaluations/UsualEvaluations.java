package dev.carrel.examples.evaluations;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.carrel.examples.driver.Model;

/** The usual way: a worker inherits the query from whoever asked, so that the evaluation finds it on its own thread. */
public final class UsualEvaluations implements Evaluations {
    // A thread inherits when it is made. The pool makes a worker once, for the first query, and keeps it for all others.
    private static final InheritableThreadLocal<Query> QUERY = new InheritableThreadLocal<>();

    private final ExecutorService pool;
    private final Model model;

    public UsualEvaluations(Model model, int workers) {
        this.model = model;
        this.pool = Executors.newFixedThreadPool(workers);
    }

    @Override
    public CompletableFuture<String> ask(String user, String text) {
        QUERY.set(new Query(user, text));
        try {
            String answer = model.complete(text);
            return CompletableFuture.supplyAsync(() -> evaluate(answer), pool);
        } finally {
            QUERY.remove(); // as one should; it cleans this thread, and no worker
        }
    }

    private String evaluate(String answer) {
        Query query = QUERY.get();
        return "%s: %s (answered in %d characters)".formatted(query.user(), query.text(), answer.length());
    }

    @Override
    public void close() {
        pool.close();
    }
}
