package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.concurrent.Executor;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;

/** LangChain4j's embedding model, on a session that runs each call on the calling thread, as all others here have it. */
final class LangChain extends AbstractInProcessEmbeddingModel {
    private final OnnxBertBiEncoder encoder;

    LangChain(OnnxFiles files) throws IOException, OrtException {
        super((Executor) Runnable::run);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (InputStream tokenizer = Files.newInputStream(files.tokenizer())) {
            encoder = new OnnxBertBiEncoder(environment, RawOnnx.session(environment, files), tokenizer,
                    PoolingMode.MEAN);
        }
    }

    @Override
    protected OnnxBertBiEncoder model() {
        return encoder;
    }
}
