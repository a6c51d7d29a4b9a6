package dev.carrel.web;

import java.util.Optional;

import dev.carrel.context.Principal;

/**
 * Whose requests count together where one sender may take no more than its part: a user's, or, of those that have not signed in,
 * all of one network's, since a client that keeps no cookie is a new visitor each time.
 *
 * @param user empty for visitors
 * @param network empty for users
 */
record Sender(String tenant, String user, String network) {
    /** The sender of a request that came from this address. */
    static Sender of(Optional<Principal> who, String address) {
        return who.filter(principal -> !principal.anonymous())
                .map(principal -> new Sender(principal.tenant(), principal.user(), ""))
                .orElseGet(() -> new Sender("", "", Network.of(address).prefix()));
    }
}
