package dev.carrel.examples.completions;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.examples.driver.Model;

/** Carrel's way: the endpoint binds the user for as long as the request lasts, and the executor carries it along. */
public final class CarrelCompletions implements Completions {
    private static final Authority LOGIN = Authority.named("login cookie");
    private static final ContextKey<String> MESSAGE = ContextKey.of("message", Kind.REQUEST);

    private final ExecutorService actions = Context.propagating(Executors.newFixedThreadPool(8));
    private final Model model;
    private final Bank bank;

    public CarrelCompletions(Model model, Bank bank) {
        this.model = model;
        this.bank = bank;
    }

    @Override
    public String complete(@Nullable String user, String message) {
        Context request = Context.root().with(MESSAGE, message);
        if (user != null) {
            request = LOGIN.bind(request, LOGIN.user("bank", user, user, Set.of()));
        }
        return request.call(this::answer);
    }

    private String answer() {
        String plan = model.complete(Context.current().get(MESSAGE));
        return CompletableFuture.supplyAsync(() -> act(plan), actions).join();
    }

    private String act(String plan) {
        // Signed out there is no principal to read: an error that says so, never the user before.
        return plan.equals("balance") ? bank.balance(Principal.current().user()) : "I cannot help with that.";
    }

    @Override
    public void close() {
        actions.close();
    }
}
