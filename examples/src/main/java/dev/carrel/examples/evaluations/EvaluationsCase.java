package dev.carrel.examples.evaluations;

import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Crowd;
import dev.carrel.examples.driver.Model;
import dev.carrel.examples.driver.User;

/**
 * Everybody asks about something of their own; everybody waits for the model; then four workers score all answers. A
 * worker that keeps what it inherited can be right about one user only, so about four users at most.
 */
public final class EvaluationsCase implements Case<Evaluations> {
    private static final int WORKERS = 4;

    @Override
    public String title() {
        return "Evaluations in thread pools";
    }

    @Override
    public String origin() {
        return "TruLens";
    }

    @Override
    public Evaluations usual(Crowd crowd) {
        return new UsualEvaluations(model(crowd), WORKERS);
    }

    @Override
    public Evaluations carrel(Crowd crowd) {
        return new CarrelEvaluations(model(crowd), WORKERS);
    }

    @Override
    public String visit(Evaluations program, Crowd crowd, User user) {
        return program.ask(user.id(), "What is " + user.word() + "?").join();
    }

    @Override
    public String asked() {
        return "looked up how their query was scored";
    }

    private static Model model(Crowd crowd) {
        return prompt -> {
            crowd.meet();
            return "Not much is known.";
        };
    }
}
