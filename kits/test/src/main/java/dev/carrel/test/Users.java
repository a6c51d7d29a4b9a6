package dev.carrel.test;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.Principal;

/**
 * Runs a body of code as many users at once and fails when something of one reaches another.
 *
 * {@snippet :
 * Users.many(200).ofTenants(5).run(user -> {
 *     String answer = tutor.ask("My word is " + user.canary() + ". What did I say?");
 *     user.answered(answer);
 * });
 * }
 *
 * Each user has a thread, on which their context is bound; all begin at one moment. Before and after the body, and in
 * whatever it throws, Carrel looks by itself; what comes back in between is shown to {@link User#mine},
 * {@link User#answered}, {@link User#here} or {@link #check}. A crossing is remembered even if the application swallows the
 * error. Immutable and thread-safe.
 */
public final class Users {
    private final int count;
    private final int tenants;
    private final Duration limit;

    private Users(int count, int tenants, Duration limit) {
        this.count = count;
        this.tenants = tenants;
        this.limit = limit;
    }

    /** What a user does. */
    @FunctionalInterface
    public interface Body {
        /** Runs in the user's context, on a virtual thread. */
        void run(User user) throws Exception;
    }

    /** What a user does, with a result. */
    @FunctionalInterface
    public interface Call<R extends @Nullable Object> {
        /** Runs in the user's context, on a virtual thread. */
        R call(User user) throws Exception;
    }

    /** So many users of one tenant, with a minute's time. */
    public static Users many(int count) {
        return new Users(atLeastOne(count, "users"), 1, Duration.ofMinutes(1));
    }

    /** The same, spread over so many tenants, in each of which the same user ids come again. */
    public Users ofTenants(int number) {
        return new Users(count, atLeastOne(number, "tenants"), limit);
    }

    /** The same, who all must be done within this time. */
    public Users within(Duration time) {
        return new Users(count, tenants, time);
    }

    /**
     * Runs {@code body} as all of them at once.
     *
     * @return what was looked at
     * @throws AssertionError if something crossed or was lost, if a body failed or was not done in time; names who met
     *         whose value, with the stack of where
     */
    public Report run(Body body) {
        var crowd = new Crowd(count, tenants);
        crowd.<@Nullable Void>together(user -> {
            body.run(user);
            return null;
        }, limit);
        return crowd.report();
    }

    /**
     * Calls {@code call} as all of them at once.
     *
     * @return the results, by the users' numbers; each was looked at as text
     * @throws AssertionError as {@link #run} does
     */
    public <R extends @Nullable Object> List<R> call(Call<R> call) {
        return new Crowd(count, tenants).together(call, limit);
    }

    /**
     * Says that this text is being shown, stored or sent for whoever the running work is for: for places deep in the
     * application, where no {@link User} is at hand.
     *
     * @return {@code text}
     * @throws AssertionError if it holds the canary of another than the context says, or the context is lost
     */
    public static String check(String text) {
        User bound = Context.current().find(User.KEY).orElse(null);
        if (bound != null) {
            bound.here();
            return bound.mine(text);
        }
        List<User> owners = Canaries.in(text);
        if (!owners.isEmpty()) {
            owners.getFirst().lostAt("nobody is in the context where a text of theirs is handled ("
                    + Principal.find().map(Principal::toString).orElse("no principal") + ")");
        }
        return text;
    }

    private static int atLeastOne(int number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException("there must be at least 1 of the " + what + ", not " + number);
        }
        return number;
    }

    /**
     * What was looked at.
     *
     * @param users how many took part
     * @param looks how often a text or a context was compared
     */
    public record Report(int users, long looks) {}
}
