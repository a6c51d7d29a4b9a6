package dev.carrel.benchmarks.serving;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often each has its turn
 * @param warm for how many seconds it is warmed up first
 * @param seconds how long each window of measuring is
 */
record Extent(int rounds, double warm, double seconds) {
    /** As {@link #arguments} wrote it. */
    static Extent of(String... arguments) {
        return new Extent(Integer.parseInt(arguments[0]), Double.parseDouble(arguments[1]),
                Double.parseDouble(arguments[2]));
    }

    List<String> arguments() {
        return List.of("" + rounds, "" + warm, "" + seconds);
    }

    /** These in the order in which they have their turns in this round: what else happens on the machine meets all alike. */
    static <T> List<T> turns(List<T> all, int round) {
        return round % 2 == 0 ? all : all.reversed();
    }
}
