package dev.carrel.benchmarks.serving;

import java.nio.file.Path;
import java.util.List;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.onnx.MiniLm;

/** Carrel's embedding model: the one place here that knows which it is, and how it is batched. Thread-safe. */
final class Embedding implements AutoCloseable {
    private static final int MAX_ITEMS = 32;
    /** Tokens in a batch, padding included: above that, company gains nothing on the processor that this was set on. */
    private static final int MAX_TOKENS = 352;

    private final MiniLm model;

    private Embedding(MiniLm model) {
        this.model = model;
    }

    /** With its files in this folder; one thread of ONNX Runtime a call. */
    static Embedding load(Path folder) {
        return new Embedding(MiniLm.load(folder));
    }

    /** What it reads of a text; on the caller's thread. */
    Tokens read(String text) {
        return model.tokens(text);
    }

    List<Outcome<float[]>> run(List<Item<Tokens>> items) {
        return model.run(items);
    }

    /** A batcher as an application would have it. */
    BatcherBuilder<Tokens, float[]> batcher(String name) {
        return Batcher.of(name, model).maxItems(MAX_ITEMS).maxCost(MAX_TOKENS, Tokens::count);
    }

    @Override
    public void close() {
        model.close();
    }
}
