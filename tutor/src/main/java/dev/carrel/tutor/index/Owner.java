package dev.carrel.tutor.index;

import java.util.Objects;

import dev.carrel.context.Principal;

/** Whose notes: a user of a tenant. Two visitors who have not signed in are two owners. Immutable. */
public record Owner(String tenant, String user) {
    /** Checks that nothing is missing. */
    public Owner {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(user, "user");
    }

    /** The owner that a principal is. */
    public static Owner of(Principal principal) {
        return new Owner(principal.tenant(), principal.user());
    }
}
