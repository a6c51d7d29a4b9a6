package dev.carrel.context;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The only maker and binder of a {@link Principal}: authentication at the edge, the restore of a stored turn, a test
 * kit. It is a guard against accident, so that no code binds a user in passing; it is no guard against hostile code in
 * the same process. Thread-safe.
 */
public final class Authority {
    private final String name;

    private Authority(String name) {
        this.name = Objects.requireNonNull(name, "name");
    }

    /** An authority under a name that says by what right it knows who is asking, such as {@code password login}. */
    public static Authority named(String name) {
        return new Authority(name);
    }

    /** A signed-in user. */
    public Principal user(String tenant, String user, String name, Set<String> roles) {
        return new Principal(tenant, user, name, roles, false);
    }

    /** A visitor who has not signed in, known by the id in their cookie. */
    public Principal visitor(String tenant, String id) {
        return new Principal(tenant, id, "visitor", Set.of(), true);
    }

    /**
     * The context with this principal in it.
     *
     * @throws IllegalStateException if another principal is bound in {@code context} already, or the same one with other
     *         roles: work that begins as one user never goes on as another, nor with more rights
     */
    public Context bind(Context context, Principal principal) {
        Objects.requireNonNull(principal, "principal");
        Optional<Principal> bound = context.find(Principal.KEY);
        if (bound.isPresent() && bound.get().equals(principal) && !bound.get().roles().equals(principal.roles())) {
            throw new IllegalStateException(
                    "authority \"%s\" was to bind %s with the roles %s, where it is bound with %s: "
                            .formatted(name, principal, principal.roles(), bound.get().roles())
                            + "roles are found out once, where the work begins");
        }
        if (bound.isPresent() && !bound.get().equals(principal)) {
            throw new IllegalStateException("authority \"%s\" was to bind %s, where %s is bound already: begin at "
                    .formatted(name, principal, bound.get()) + "Context.root() to work for another user, or say "
                    + "switchTo(context, principal, why) where one is meant to act as another");
        }
        return context.put(Principal.KEY, principal, toString());
    }

    /**
     * The context for work that one principal starts and another is to own: an operator who acts as a user. Everything
     * that was bound is gone from it, and only the deadline and cancellation stay. The
     * switch is logged (logger {@code dev.carrel.audit}) and stands in {@link Context#explain}.
     *
     * @param why the reason, for the log
     */
    public Context switchTo(Context context, Principal principal, String why) {
        Objects.requireNonNull(principal, "principal");
        if (Objects.requireNonNull(why, "why").isBlank()) {
            throw new IllegalArgumentException("a switch to another principal needs a reason");
        }
        String what = "switched from %s to %s by %s: %s".formatted(
                context.find(Principal.KEY).map(Principal::toString).orElse("nobody"), principal, this, why);
        System.getLogger("dev.carrel.audit").log(System.Logger.Level.INFO, what);
        return context.emptied(what).put(Principal.KEY, principal, toString());
    }

    /** The name given to {@link #named}. */
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "authority \"" + name + "\"";
    }
}
