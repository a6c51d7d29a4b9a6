package dev.carrel.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;

import dev.carrel.error.InvalidInputException;

/**
 * An input as it was declared.
 *
 * @param shape without the batch's axis; -1 where the axis is free
 */
record Declared(String name, Tensor.Type type, List<Long> shape) {
    /** -1 as an axis, for any number of values. */
    static final long FREE = -1;

    /**
     * Does nothing if the tensor is such an input of one item.
     *
     * @throws InvalidInputException if it is not
     */
    void check(Tensor tensor) {
        boolean fits = tensor.type() == type && tensor.shape().size() == shape.size();
        for (int axis = 0; fits && axis < shape.size(); axis++) {
            fits = shape.get(axis) == FREE || shape.get(axis).equals(tensor.shape().get(axis));
        }
        if (!fits) {
            throw InvalidInputException.field(name, "is " + tensor + ", where " + type + " " + text(shape.stream())
                    + " is wanted");
        }
    }

    /** Whether such inputs, stacked, are what the file wants. */
    boolean fits(NodeInfo input) {
        if (!(input.getInfo() instanceof TensorInfo tensor) || !type(tensor).equals(Optional.of(type))) {
            return false;
        }
        long[] wanted = tensor.getShape();
        boolean fits = wanted.length == shape.size() + 1 && wanted[0] == FREE;
        for (int axis = 1; fits && axis < wanted.length; axis++) {
            fits = wanted[axis] == FREE || wanted[axis] == shape.get(axis - 1);
        }
        return fits;
    }

    /** Empty if it is none that a {@link Tensor} can have. */
    static Optional<Tensor.Type> type(TensorInfo tensor) {
        return tensor.type == OnnxJavaType.FLOAT
                ? Optional.of(Tensor.Type.FLOAT)
                : tensor.type == OnnxJavaType.INT64
                        ? Optional.of(Tensor.Type.INT64)
                        : tensor.type == OnnxJavaType.INT32 ? Optional.of(Tensor.Type.INT32) : Optional.empty();
    }

    /** What the file has, with the batch's axis. */
    static String text(NodeInfo node) {
        return node.getInfo() instanceof TensorInfo tensor
                ? tensor.type + " " + text(Arrays.stream(tensor.getShape()).boxed())
                : "no tensor";
    }

    private static String text(Stream<Long> shape) {
        return shape.map(axis -> axis == FREE ? "?" : axis.toString()).collect(Collectors.joining(", ", "[", "]"));
    }

    /** With the batch's axis, as the file has it. */
    @Override
    public String toString() {
        return type + " " + text(Stream.concat(Stream.of(FREE), shape.stream()));
    }
}
