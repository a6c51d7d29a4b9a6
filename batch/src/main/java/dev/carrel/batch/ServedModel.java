package dev.carrel.batch;

import java.time.Duration;

/** A model that is called by its name, as far as all who are do the same. Thread-safe. */
public interface ServedModel {
    /** How long a call may take, all of its steps together. */
    Duration within();

    /**
     * Whether it can be called now. Asked when somebody wants to know, once at a time, in the root context; what it says holds for
     * a second.
     */
    default boolean healthy() throws Exception {
        return true;
    }
}
