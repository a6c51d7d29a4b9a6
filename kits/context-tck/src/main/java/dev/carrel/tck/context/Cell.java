package dev.carrel.tck.context;

import java.util.Locale;

/** What becomes of a task that was handed over. Each hop is tried in each of these. */
public enum Cell {
    /** It runs and ends, beside and after tasks of others, and of nobody. */
    NORMAL,
    /** It throws. */
    EXCEPTION,
    /** Whoever handed it over asks it to stop. */
    CANCEL,
    /** It takes longer than whoever handed it over waits. */
    TIME_OUT,
    /** There is no room for it. */
    REJECTION,
    /** What it was handed to shuts down, with it inside or before it comes. */
    SHUTDOWN,
    /** There is no room for it, so it runs on the thread that hands it over. */
    CALLER_RUNS;

    /** {@code normal}, {@code time-out}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
