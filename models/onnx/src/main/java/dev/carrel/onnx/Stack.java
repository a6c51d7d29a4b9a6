package dev.carrel.onnx;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

/** Tensors of one type and shape along a new first axis, and back. */
final class Stack {
    private Stack() {}

    static OnnxTensor of(List<Tensor> parts, OrtEnvironment environment) throws OrtException {
        Tensor first = parts.getFirst();
        int size = Math.multiplyExact(parts.size(), first.size());
        long[] shape = new long[first.shape().size() + 1];
        shape[0] = parts.size();
        for (int axis = 1; axis < shape.length; axis++) {
            shape[axis] = first.shape().get(axis - 1);
        }
        return switch (first.type()) {
            case FLOAT -> {
                FloatBuffer all = FloatBuffer.allocate(size);
                parts.forEach(part -> all.put(part.buffer(FloatBuffer.class)));
                yield OnnxTensor.createTensor(environment, all.flip(), shape);
            }
            case INT64 -> {
                LongBuffer all = LongBuffer.allocate(size);
                parts.forEach(part -> all.put(part.buffer(LongBuffer.class)));
                yield OnnxTensor.createTensor(environment, all.flip(), shape);
            }
            case INT32 -> {
                IntBuffer all = IntBuffer.allocate(size);
                parts.forEach(part -> all.put(part.buffer(IntBuffer.class)));
                yield OnnxTensor.createTensor(environment, all.flip(), shape);
            }
        };
    }

    /**
     * The parts of what a model made of so many.
     *
     * @throws IllegalStateException if it is not stacked of so many
     */
    static List<Tensor> parts(OnnxValue made, int count, String output) {
        OnnxTensor tensor = (OnnxTensor) made;
        long[] stacked = tensor.getInfo().getShape();
        if (stacked.length == 0 || stacked[0] != count) {
            throw new IllegalStateException("the model made \"" + output + "\" of shape " + Arrays.toString(stacked)
                    + " of " + count + " items: its first axis should be theirs");
        }
        long[] shape = Arrays.copyOfRange(stacked, 1, stacked.length);
        int size = Math.toIntExact(Tensor.size(shape));
        List<Tensor> parts = new ArrayList<>(count);
        // Each is copied: a part that were a view would keep alive what the model made of all the others.
        OnnxJavaType type = tensor.getInfo().type;
        if (type == OnnxJavaType.FLOAT) {
            FloatBuffer all = tensor.getFloatBuffer();
            for (int i = 0; i < count; i++) {
                float[] part = new float[size];
                all.get(i * size, part);
                parts.add(Tensor.of(part, shape));
            }
        } else if (type == OnnxJavaType.INT64) {
            LongBuffer all = tensor.getLongBuffer();
            for (int i = 0; i < count; i++) {
                long[] part = new long[size];
                all.get(i * size, part);
                parts.add(Tensor.of(part, shape));
            }
        } else {
            IntBuffer all = tensor.getIntBuffer();
            for (int i = 0; i < count; i++) {
                int[] part = new int[size];
                all.get(i * size, part);
                parts.add(Tensor.of(part, shape));
            }
        }
        return parts;
    }
}
