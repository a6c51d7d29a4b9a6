package dev.carrel.examples.completions;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

import dev.carrel.examples.driver.Model;

/** The usual way: the endpoint leaves the user in a static field, where the action finds it. */
public final class UsualCompletions implements Completions {
    // Was a ThreadLocal, but the action runs on another thread and found it empty there.
    private static volatile @Nullable String currentUser;

    private final ExecutorService actions = Executors.newFixedThreadPool(8);
    private final Model model;
    private final Bank bank;

    public UsualCompletions(Model model, Bank bank) {
        this.model = model;
        this.bank = bank;
    }

    @Override
    public String complete(@Nullable String user, String message) {
        currentUser = user;
        String plan = model.complete(message);
        return CompletableFuture.supplyAsync(() -> act(plan), actions).join();
    }

    private String act(String plan) {
        String user = currentUser;
        return plan.equals("balance") && user != null ? bank.balance(user) : "I cannot help with that.";
    }

    @Override
    public void close() {
        actions.close();
    }
}
