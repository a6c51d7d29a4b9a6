package dev.carrel.test;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Forces items of different users into one batch: a test with a few callers would else see each of them run alone, and a model
 * that mixes up its items would look right.
 *
 * {@snippet :
 * @ExtendWith(SharedBatches.class)
 * class EmbeddingTest { ... }
 * }
 *
 * A batcher that is started while this holds runs a batch only once the items of two users are in it, or as many as a batch may
 * have, or after two seconds; so have two users ask at once. It is switched on and off for the process, so no tests that should
 * not have it may run at the same time.
 */
public final class SharedBatches implements BeforeAllCallback, AfterAllCallback {
    private static final String USERS = "carrel.batch.users";

    private @Nullable String before;

    /** For {@code @ExtendWith}. */
    public SharedBatches() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        before = System.getProperty(USERS);
        System.setProperty(USERS, "2");
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (before == null) {
            System.clearProperty(USERS);
        } else {
            System.setProperty(USERS, before);
        }
    }
}
