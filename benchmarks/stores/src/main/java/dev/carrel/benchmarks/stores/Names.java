package dev.carrel.benchmarks.stores;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.carrel.id.SessionId;

/** Ids of many sessions, in memory that is taken at once: what is in it changes nothing about the heap in use. */
final class Names {
    private static final int LENGTH = SessionId.random().text().length();

    private final byte[] bytes;

    Names(int size) {
        bytes = new byte[size * LENGTH];
    }

    void set(int i, SessionId id) {
        System.arraycopy(id.text().getBytes(StandardCharsets.ISO_8859_1), 0, bytes, i * LENGTH, LENGTH);
    }

    SessionId get(int i) {
        return new SessionId(new String(Arrays.copyOfRange(bytes, i * LENGTH, (i + 1) * LENGTH),
                StandardCharsets.ISO_8859_1));
    }
}
