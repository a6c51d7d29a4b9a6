package dev.carrel.app.engine;

import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.JsonInput;
import dev.carrel.id.NodeId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;

/**
 * Whether all nodes of one store have the same keys: what one signs, the others must know. The first one leaves a signed token
 * in the store; whoever cannot verify it would take every user of the others for a forger, and must not serve any.
 */
final class KeyAgreement {
    private static final Logger LOG = LoggerFactory.getLogger(KeyAgreement.class);
    static final String KEY = "carrel.keys";
    private static final String PURPOSE = "key agreement";
    private static final Place PLACE = new Place.OfApplication();

    private record Token(String token) {}

    private KeyAgreement() {}

    /** Why this node must not serve; empty if its keys are those of the store's other nodes. */
    static Optional<String> check(StateStore state, KeyRing keys) {
        String installation = NodeId.random().text();
        state.apply(List.of(put(keys, installation)));
        Encoded found = state.read(PLACE, KEY).value();
        Optional<String> verified = found == null ? Optional.empty() : keys.verify(PURPOSE, token(found));
        if (found == null || verified.isEmpty()) {
            return Optional
                    .of("The keys of this node are not those with which the store was used before: give all nodes of "
                            + "one store the same key file. If the old keys are lost for good, remove \"" + KEY
                            + "\" from the application's state; everybody signs in again then.");
        }
        if (!keyOf(token(found)).equals(keyOf(keys.sign(PURPOSE, "")))) {
            // The keys were rotated: signed anew, so that the old one can be dropped some day.
            state.apply(List.of(new Changes.Remove(PLACE, KEY), put(keys, verified.get())));
            LOG.info("the store's key token is signed with the newest key now");
        }
        return Optional.empty();
    }

    private static Changes.PutIfAbsent put(KeyRing keys, String installation) {
        return new Changes.PutIfAbsent(PLACE, KEY,
                new Encoded("KeyToken", 1, JsonInput.write(new Token(keys.sign(PURPOSE, installation)))), null);
    }

    /** A signed text begins with the id of the key that signed it. */
    private static String keyOf(String signed) {
        return signed.substring(0, signed.indexOf('.'));
    }

    private static String token(@Nullable Encoded found) {
        return found == null ? "" : new JsonInput(found.json()).as(Token.class).token();
    }
}
