package dev.carrel.batch;

import java.util.Arrays;

/**
 * A text as a model reads it: the numbers of its tokens, the model's own marks of beginning and end included. Equal by content,
 * immutable and thread-safe.
 */
public final class Tokens {
    private final long[] ids;

    private Tokens(long[] ids) {
        this.ids = ids;
    }

    /** These tokens. */
    public static Tokens of(long... ids) {
        return new Tokens(ids.clone());
    }

    /** How many there are. */
    public int count() {
        return ids.length;
    }

    /** Copies them into {@code into}, from its index {@code at} on. */
    public void copyTo(long[] into, int at) {
        System.arraycopy(ids, 0, into, at, ids.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tokens that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    /** How many there are: what they say is somebody's text. */
    @Override
    public String toString() {
        return "Tokens[" + ids.length + "]";
    }
}
