package dev.carrel.tutor.embed;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** A vector of length 1, as an {@link Embedder} gives it. Equal by content, immutable and thread-safe. */
public final class Vector {
    private final float[] values;

    private Vector(float[] values) {
        this.values = values;
    }

    /** These values, which are not to be changed afterwards: there may be many, so they are not copied. */
    public static Vector of(float[] values) {
        if (values.length % 4 != 0) {
            throw new IllegalArgumentException("a vector has a multiple of 4 dimensions, not " + values.length);
        }
        return new Vector(values);
    }

    /**
     * How near in meaning: the cosine, from -1 to 1.
     *
     * @throws IllegalArgumentException if the other vector has another number of dimensions
     */
    public double dot(Vector other) {
        float[] a = values;
        float[] b = other.values;
        if (a.length != b.length) {
            throw new IllegalArgumentException("vectors of " + a.length + " and " + b.length + " dimensions");
        }
        float s0 = 0; // four sums side by side, because the compiler may not reorder one
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (int i = 0; i < a.length; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        return s0 + s1 + s2 + s3;
    }

    /** Appends the values. */
    public void writeTo(FloatBuffer buffer) {
        buffer.put(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Vector that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Vector[" + values.length + "]";
    }
}
