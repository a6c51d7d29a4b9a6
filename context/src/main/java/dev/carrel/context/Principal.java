package dev.carrel.context;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.AccessException;

/**
 * Who is asking: a user of a tenant, under a name for display, with roles. Made and bound only by an
 * {@link Authority}; nothing that a client, a model or a peer sends can set or replace it.
 *
 * <p>A visitor who has not signed in is a principal too, an {@link #anonymous()} one: two visitors are two principals.
 * Equal when tenant and user are equal, and both are
 * visitors or both are not. Immutable and thread-safe.
 */
public final class Principal {
    /**
     * Who is asking. Bound by an {@link Authority} alone; ends with that binding, and within it is never replaced. Goes with
     * detached work, not with periodic runs.
     */
    static final ContextKey<Principal> KEY = ContextKey.identity("principal", Kind.USER);

    private final String tenant;
    private final String user;
    private final String name;
    private final Set<String> roles;
    private final boolean anonymous;

    Principal(String tenant, String user, String name, Set<String> roles, boolean anonymous) {
        this.tenant = requireText(tenant, "tenant");
        this.user = requireText(user, "user");
        this.name = requireText(name, "name");
        this.roles = Set.copyOf(roles);
        this.anonymous = anonymous;
    }

    /**
     * Who is asking, on whatever thread this work runs.
     *
     * @throws dev.carrel.error.MissingContextException if nobody is: the work was started outside a request, or its context was lost on
     *         the way; the message says which
     */
    public static Principal current() {
        return Context.current().get(KEY);
    }

    /** Who is asking, or empty where nobody is: in batch code, at the root, in periodic work. */
    public static Optional<Principal> find() {
        return Context.current().find(KEY);
    }

    /** The principal of a context that is at hand, such as an item's in a batch. */
    public static Optional<Principal> of(Context context) {
        return context.find(KEY);
    }

    /**
     * Does nothing where {@code expected} is who is asking: an assertion for application code, before it touches what is
     * somebody's.
     *
     * @throws AccessException if it is somebody else; the message names nobody
     * @throws dev.carrel.error.MissingContextException if nobody is asking
     */
    public static void require(Principal expected) {
        Objects.requireNonNull(expected, "expected");
        if (!current().equals(expected)) {
            throw AccessException.forbidden("This belongs to somebody else.");
        }
    }

    /** The organisation whose data it is. */
    public String tenant() {
        return tenant;
    }

    /** The user's stable id within the tenant. */
    public String user() {
        return user;
    }

    /** The name for display. */
    public String name() {
        return name;
    }

    /** What the user may be, such as {@code teacher}. Unmodifiable. */
    public Set<String> roles() {
        return roles;
    }

    /** Whether this is a visitor who has not signed in. */
    public boolean anonymous() {
        return anonymous;
    }

    private static String requireText(String value, String what) {
        if (Objects.requireNonNull(value, what).isBlank()) {
            throw new IllegalArgumentException("a principal's " + what + " must not be blank");
        }
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Principal that && tenant.equals(that.tenant) && user.equals(that.user)
                && anonymous == that.anonymous;
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, user);
    }

    @Override
    public String toString() {
        return tenant + "/" + user;
    }
}
