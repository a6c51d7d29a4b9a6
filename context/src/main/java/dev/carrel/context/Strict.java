package dev.carrel.context;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Strict mode, for tests: what begins is remembered with its stack until it ends, so that a test can say what it left
 * behind, and a value that is read too late is reported with both stacks. On with {@code -Dcarrel.strict=true} or by
 * {@link #enable}. Costs a stack trace for each lifetime and pool; off, it costs nothing that could be measured.
 * Thread-safe.
 */
public final class Strict {
    private static volatile boolean enabled = Boolean.getBoolean("carrel.strict");
    private static final Map<Object, Left> LIVING = Collections.synchronizedMap(new IdentityHashMap<>());

    private Strict() {}

    /**
     * Something that began and has not ended.
     *
     * @param what names it
     * @param where it began
     */
    public record Left(String what, Throwable where) {}

    /** Whether it is on. */
    public static boolean enabled() {
        return enabled;
    }

    /** Turns it on for the whole process. */
    public static void enable() {
        enabled = true;
    }

    /** Turns it off and forgets what is remembered. */
    public static void disable() {
        enabled = false;
        LIVING.clear();
    }

    /** What began while strict mode was on and has not ended yet. */
    public static List<Left> left() {
        synchronized (LIVING) {
            return new ArrayList<>(LIVING.values());
        }
    }

    /** Remembers {@code thing}, by identity, until {@link #ended}; nothing when strict mode is off. */
    public static void began(Object thing, String what) {
        if (enabled) {
            LIVING.put(thing, new Left(what, new Throwable(what + " began here")));
        }
    }

    /** Forgets {@code thing}. */
    public static void ended(Object thing) {
        if (!LIVING.isEmpty()) {
            LIVING.remove(thing);
        }
    }
}
