package dev.carrel.app.engine;

import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import dev.carrel.app.JsonInput;
import dev.carrel.context.Authority;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;
import dev.carrel.keys.KeyRing;

/**
 * A principal as signed text, in the record of the turn that they asked for: so that who asked survives a restart, and
 * nobody who can write to the store can make it somebody else. Thread-safe.
 */
final class PrincipalSeal {
    private static final String PURPOSE = "turn principal";

    private record Sealed(String tenant, String user, String name, Set<String> roles, boolean anonymous) {}

    private final KeyRing keys;
    private final Authority authority = Authority.named("restore of a stored turn");

    private final Predicate<Principal> known;

    /** @param known whether a principal that was sealed once is one still */
    PrincipalSeal(KeyRing keys, Predicate<Principal> known) {
        this.keys = keys;
        this.known = known;
    }

    String seal(Principal principal) {
        return keys.sign(PURPOSE, JsonInput.write(new Sealed(principal.tenant(), principal.user(), principal.name(),
                principal.roles(), principal.anonymous())));
    }

    /** The principal; empty if the signature is not of our keys, or this is nobody any more. */
    Optional<Principal> open(String sealed) {
        return read(sealed).filter(known);
    }

    private Optional<Principal> read(String sealed) {
        return keys.verify(PURPOSE, sealed).flatMap(text -> {
            try {
                Sealed who = new JsonInput(text).as(Sealed.class);
                return Optional.of(who.anonymous
                        ? authority.visitor(who.tenant, who.user)
                        : authority.user(who.tenant, who.user, who.name, who.roles));
            } catch (InvalidInputException e) {
                return Optional.empty();
            }
        });
    }

    Authority authority() {
        return authority;
    }
}
