package dev.carrel.examples.driver;

import java.util.Optional;

/**
 * One case: a job, two programs that do it, and what a user does with either. Everything but the program is the same for
 * both: the users, what they do, where they wait, and how their answers are judged.
 *
 * @param <P> the job, as an interface that both programs implement
 */
public interface Case<P extends Program> {
    /** What the case is called. */
    String title();

    /** The system in which it happened. */
    String origin();

    /** The job done in plain Java, as such code is really written. */
    P usual(Crowd crowd);

    /** The job done with Carrel. */
    P carrel(Crowd crowd);

    /** What one user does in one wave, and the answer they are left with. */
    String visit(P program, Crowd crowd, User user) throws InterruptedException;

    /** What the answer must show of this user, and of nobody else. */
    default String secret(User user) {
        return user.word();
    }

    /** One more thing to try with a program that serves a single user, and what came of it; empty if there is none. */
    default Optional<String> encore(P program) {
        return Optional.empty();
    }

    /** What the user did, to be read after their name: {@code asked for their balance}. */
    String asked();
}
