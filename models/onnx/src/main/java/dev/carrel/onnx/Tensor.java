package dev.carrel.onnx;

import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Numbers of one type in a shape, row by row (the last axis changes fastest). Equal by content, immutable and thread-safe.
 *
 * {@snippet :
 * Tensor matrix = Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3);
 * }
 */
public final class Tensor {
    /** What the numbers are. */
    public enum Type {
        /** 32 bits, floating point. */
        FLOAT,
        /** 64 bits, whole numbers. */
        INT64,
        /** 32 bits, whole numbers. */
        INT32
    }

    private final Type type;
    private final List<Long> shape;
    /** Nobody else has its array. */
    private final Buffer values;

    private Tensor(Type type, Buffer values, long... shape) {
        this.type = type;
        this.shape = Arrays.stream(shape).boxed().toList();
        this.values = values;
        long size = size(shape);
        if (size != values.capacity()) {
            throw new IllegalArgumentException("a tensor of shape " + this.shape + " has " + size + " values, not "
                    + values.capacity());
        }
    }

    /** How many values a tensor of this shape has. */
    static long size(long... shape) {
        long size = 1;
        for (long axis : shape) {
            if (axis < 0) {
                throw new IllegalArgumentException(
                        "no axis has " + axis + " values, as in the shape " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, axis);
        }
        return size;
    }

    /**
     * These, copied.
     *
     * @param shape how many values each axis has; none for one number
     * @throws IllegalArgumentException if the shape has more or fewer values
     */
    public static Tensor of(float[] values, long... shape) {
        return new Tensor(Type.FLOAT, FloatBuffer.wrap(values.clone()), shape);
    }

    /** As {@link #of(float[], long...)}. */
    public static Tensor of(long[] values, long... shape) {
        return new Tensor(Type.INT64, LongBuffer.wrap(values.clone()), shape);
    }

    /** As {@link #of(float[], long...)}. */
    public static Tensor of(int[] values, long... shape) {
        return new Tensor(Type.INT32, IntBuffer.wrap(values.clone()), shape);
    }

    /** What the numbers are. */
    public Type type() {
        return type;
    }

    /** How many values each axis has. */
    public List<Long> shape() {
        return shape;
    }

    /** How many values there are. */
    public int size() {
        return values.capacity();
    }

    /**
     * A copy of the values.
     *
     * @throws IllegalStateException if they are of another {@link #type}
     */
    public float[] floats() {
        float[] copy = new float[size()];
        buffer(FloatBuffer.class).get(copy);
        return copy;
    }

    /** As {@link #floats}. */
    public long[] longs() {
        long[] copy = new long[size()];
        buffer(LongBuffer.class).get(copy);
        return copy;
    }

    /** As {@link #floats}. */
    public int[] ints() {
        int[] copy = new int[size()];
        buffer(IntBuffer.class).get(copy);
        return copy;
    }

    /** The values, to be read once. */
    <B extends Buffer> B buffer(Class<B> as) {
        if (!as.isInstance(values)) {
            throw new IllegalStateException("the values of this tensor are " + type);
        }
        return as.cast(values.duplicate());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor that && type == that.type && shape.equals(that.shape)
                && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return Objects.hash(type, shape, values);
    }

    /** Type and shape: the values are somebody's. */
    @Override
    public String toString() {
        return type + " " + shape;
    }
}
