package dev.carrel.store.jdbc;

/**
 * Texts in PostgreSQL, which can hold every character but U+0000 (its protocol ends strings with it). That one stands there
 * as the noncharacter U+FDD0 and a 0, which Unicode leaves to programs for such uses, and U+FDD0 itself as U+FDD0 and a 1.
 */
final class PostgresText {
    private static final char ESCAPE = '\uFDD0';

    private PostgresText() {}

    static String write(String text) {
        return text.indexOf('\0') < 0 && text.indexOf(ESCAPE) < 0
                ? text
                : text.replace(String.valueOf(ESCAPE), ESCAPE + "1").replace("\0", ESCAPE + "0");
    }

    static String read(String stored) {
        return stored.indexOf(ESCAPE) < 0
                ? stored
                : stored.replace(ESCAPE + "0", "\0").replace(ESCAPE + "1", String.valueOf(ESCAPE));
    }
}
