package dev.carrel.benchmarks.serving;

import java.util.Locale;

/**
 * What was aimed at, and what came of it.
 *
 * @param wanted in words
 * @param holds whether what was measured is as wanted
 */
record Aim(String what, String wanted, String measured, boolean holds) {
    static final String HEAD = """
            | | aim | measured | |
            |---|--:|--:|---|""";

    /** How a measurement in a process of its own marks a line that is an aim's. */
    private static final String MARK = "aim: ";

    static Aim atLeast(String what, double bound, double value) {
        return new Aim(what, String.format(Locale.ROOT, "at least %s", number(bound)), number(value), value >= bound);
    }

    static Aim atMost(String what, double bound, double value) {
        return new Aim(what, String.format(Locale.ROOT, "at most %s", number(bound)), number(value), value <= bound);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.0f" : "%.2f", value);
    }

    /** The line of the table. */
    String line() {
        return "| " + what + " | " + wanted + " | " + measured + " | " + (holds ? "holds" : "**does not hold**") + " |";
    }

    /** As a process of its own says it. */
    String marked() {
        return MARK + line();
    }

    static boolean isMarked(String line) {
        return line.startsWith(MARK);
    }

    /** The line of the table that was marked. */
    static String unmarked(String line) {
        return line.substring(MARK.length());
    }
}
