package dev.carrel.session;

import java.util.Objects;

import dev.carrel.context.Principal;

/** Whose something is: a user of a tenant, without the name and roles that may change. */
public record Owner(String tenant, String user) {
    public Owner {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(user, "user");
    }

    /** The owner that this principal is. */
    public static Owner of(Principal principal) {
        return new Owner(principal.tenant(), principal.user());
    }
}
