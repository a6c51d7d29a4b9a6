package dev.carrel.onnx;

import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.onnxruntime.OnnxTensor;

import dev.carrel.batch.Tokens;

/**
 * Texts as the rows of one call, padded to one length, and the vectors that come of it: the mean over a row's own tokens,
 * scaled to length 1. A text that is longer than a row has several rows of about the same length, and the mean of their
 * vectors.
 */
final class Rows {
    private final List<long[]> rows = new ArrayList<>();
    /** How many rows each text has. */
    private final int[] counts;
    private final int dimensions;
    private int width;

    Rows(List<Tokens> texts, int longest, int dimensions) {
        this.dimensions = dimensions;
        counts = new int[texts.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = add(texts.get(i), longest);
        }
        for (long[] row : rows) {
            width = Math.max(width, row.length);
        }
    }

    private int add(Tokens text, int longest) {
        long[] ids = new long[text.count()];
        text.copyTo(ids, 0);
        if (ids.length <= longest) {
            rows.add(ids);
            return 1;
        }
        int words = ids.length - 2;
        int count = Math.ceilDiv(words, longest - 2);
        for (int i = 0; i < count; i++) {
            int from = (int) ((long) words * i / count);
            int to = (int) ((long) words * (i + 1) / count);
            long[] row = new long[to - from + 2]; // each between the marks of beginning and end
            row[0] = ids[0];
            System.arraycopy(ids, 1 + from, row, 1, to - from);
            row[row.length - 1] = ids[ids.length - 1];
            rows.add(row);
        }
        return count;
    }

    /** What the model is given, each of shape {@code [rows][tokens]}. */
    Map<String, OnnxSession.Input> inputs() {
        int size = Math.multiplyExact(rows.size(), width);
        long[] ids = new long[size]; // 0 is the padding token, and the mask of padding
        long[] mask = new long[size];
        for (int row = 0; row < rows.size(); row++) {
            long[] from = rows.get(row);
            System.arraycopy(from, 0, ids, row * width, from.length);
            Arrays.fill(mask, row * width, row * width + from.length, 1L);
        }
        return Map.of("input_ids", input(ids), "attention_mask", input(mask), "token_type_ids", input(new long[size]));
    }

    private OnnxSession.Input input(long[] values) {
        long[] shape = {rows.size(), width};
        return environment -> OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
    }

    /**
     * One for each text.
     *
     * @param hidden what the model made of each token, of shape {@code [rows][tokens][dimensions]}
     */
    float[][] vectors(FloatBuffer hidden) {
        float[][] vectors = new float[counts.length][];
        int row = 0;
        for (int i = 0; i < counts.length; i++) {
            float[] vector = mean(hidden, row * width, rows.get(row).length);
            for (int more = row + 1; more < row + counts[i]; more++) {
                add(vector, mean(hidden, more * width, rows.get(more).length));
            }
            row += counts[i];
            vectors[i] = counts[i] == 1 ? vector : scaled(vector);
        }
        return vectors;
    }

    private float[] mean(FloatBuffer hidden, int firstToken, int tokens) {
        float[] sum = new float[dimensions];
        for (int token = firstToken; token < firstToken + tokens; token++) {
            int at = token * dimensions;
            for (int d = 0; d < dimensions; d++) {
                sum[d] += hidden.get(at + d);
            }
        }
        return scaled(sum); // the division by tokens cancels out
    }

    private static void add(float[] to, float[] values) {
        for (int d = 0; d < to.length; d++) {
            to[d] += values[d];
        }
    }

    private static float[] scaled(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        float scale = (float) (1 / Math.max(Math.sqrt(squares), 1e-12));
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= scale;
        }
        return vector;
    }
}
