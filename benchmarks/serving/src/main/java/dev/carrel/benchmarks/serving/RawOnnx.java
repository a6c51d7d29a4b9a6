package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** The embedding model by ONNX Runtime's own interface and nothing else: one thread a call, padded batches. Thread-safe. */
final class RawOnnx implements AutoCloseable {
    private static final int DIMENSIONS = 384;

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final HuggingFaceTokenizer tokenizer;

    RawOnnx(OnnxFiles files) throws IOException, OrtException {
        session = session(environment, files);
        // The file cuts at 128 tokens and pads to 128.
        tokenizer = HuggingFaceTokenizer.newInstance(files.tokenizer(), Map.of("truncation", "DO_NOT_TRUNCATE",
                "padding", "DO_NOT_PAD", "maxLength", "512", "modelMaxLength", "512"));
    }

    /** A session that runs each call on the calling thread. */
    static OrtSession session(OrtEnvironment environment, OnnxFiles files) throws OrtException {
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return environment.createSession(files.model().toString(), options);
        }
    }

    /** How many tokens a text has, marks included. */
    int tokens(String text) {
        return tokenizer.encode(text).getIds().length;
    }

    /** One vector of length 1 for each text, all in one call of the model. */
    float[][] embed(List<String> texts) throws OrtException {
        Encoding[] encodings = tokenizer.batchEncode(texts);
        int rows = encodings.length;
        int width = Arrays.stream(encodings).mapToInt(each -> each.getIds().length).max().orElse(0);
        long[] ids = new long[rows * width];
        long[] mask = new long[rows * width];
        for (int row = 0; row < rows; row++) {
            long[] tokens = encodings[row].getIds();
            System.arraycopy(tokens, 0, ids, row * width, tokens.length);
            Arrays.fill(mask, row * width, row * width + tokens.length, 1);
        }
        long[] shape = {rows, width};
        try (var idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                var maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                var typeTensor = OnnxTensor.createTensor(environment, LongBuffer.allocate(rows * width), shape);
                OrtSession.Result result = session.run(Map.of("input_ids", idTensor, "attention_mask", maskTensor,
                        "token_type_ids", typeTensor))) {
            FloatBuffer hidden = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[][] vectors = new float[rows][];
            float[] of = new float[DIMENSIONS];
            for (int row = 0; row < rows; row++) {
                vectors[row] = mean(hidden, row * width, encodings[row].getIds().length, of);
            }
            return vectors;
        }
    }

    private static float[] mean(FloatBuffer hidden, int first, int tokens, float[] of) {
        float[] sum = new float[DIMENSIONS];
        for (int token = first; token < first + tokens; token++) {
            hidden.get(token * DIMENSIONS, of);
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += of[i];
            }
        }
        double squares = 0;
        for (float each : sum) {
            squares += (double) each * each;
        }
        float scale = (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < DIMENSIONS; i++) {
            sum[i] *= scale;
        }
        return sum;
    }

    @Override
    public void close() throws OrtException {
        session.close();
        tokenizer.close();
    }
}
