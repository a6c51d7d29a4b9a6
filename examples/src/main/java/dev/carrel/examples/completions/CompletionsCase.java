package dev.carrel.examples.completions;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;

import dev.carrel.examples.completions.Completions.Bank;
import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Crowd;
import dev.carrel.examples.driver.Model;
import dev.carrel.examples.driver.User;

import static java.util.Objects.requireNonNull;

/** Everybody asks for their balance; everybody waits for the model; then the actions run. */
public final class CompletionsCase implements Case<Completions> {
    @Override
    public String title() {
        return "Guarded completions";
    }

    @Override
    public String origin() {
        return "NeMo Guardrails";
    }

    @Override
    public Completions usual(Crowd crowd) {
        return new UsualCompletions(model(crowd), bank(crowd));
    }

    @Override
    public Completions carrel(Crowd crowd) {
        return new CarrelCompletions(model(crowd), bank(crowd));
    }

    @Override
    public String visit(Completions program, Crowd crowd, User user) {
        return program.complete(user.id(), "What is my balance?");
    }

    @Override
    public String secret(User user) {
        return user.balance();
    }

    @Override
    public Optional<String> encore(Completions program) {
        try {
            return Optional.of("signed out: " + program.complete(null, "What is my balance?"));
        } catch (CompletionException e) {
            return Optional.of("signed out: " + requireNonNull(e.getCause()).getMessage());
        }
    }

    @Override
    public String asked() {
        return "asked for their balance";
    }

    /** A model that decides which action answers the message. It takes as long as everybody's calls take. */
    private static Model model(Crowd crowd) {
        return prompt -> {
            crowd.meet();
            return prompt.contains("balance") ? "balance" : "refuse";
        };
    }

    private static Bank bank(Crowd crowd) {
        Map<String, String> accounts = crowd.users().stream().collect(Collectors.toMap(User::id, User::balance));
        return user -> accounts.getOrDefault(user, "no such account");
    }
}
