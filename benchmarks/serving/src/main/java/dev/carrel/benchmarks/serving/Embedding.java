package dev.carrel.benchmarks.serving;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.tutor.embed.MiniLm;

/** Carrel's embedding model: the one place here that knows which it is, and how it is batched on a CPU. Thread-safe. */
final class Embedding implements AutoCloseable {
    private static final int MAX_ITEMS = 32;
    /** Tokens in a batch, padding included: above that, company gains nothing on a CPU. */
    private static final int MAX_TOKENS = 352;

    private final MiniLm model;

    private Embedding(MiniLm model) {
        this.model = model;
    }

    /** What the model works on. */
    record Read(String text, int tokens) {}

    /** With its files in this folder; one thread of ONNX Runtime a call. */
    static Embedding load(Path folder) {
        return new Embedding(MiniLm.load(folder));
    }

    /** What it reads of a text; on the caller's thread. */
    Read read(String text) {
        // The texts here have a token a word; this model counts tokens again when it runs.
        return new Read(text, 3 + (int) text.chars().filter(each -> each == ' ').count());
    }

    List<Outcome<float[]>> run(List<Item<Read>> items) {
        float[][] vectors = model.embed(items.stream().map(item -> item.input().text()).toList());
        List<Outcome<float[]>> outcomes = new ArrayList<>(items.size());
        for (int i = 0; i < vectors.length; i++) {
            outcomes.add(items.get(i).ok(vectors[i]));
        }
        return outcomes;
    }

    /** A batcher as an application would have it. */
    BatcherBuilder<Read, float[]> batcher(String name) {
        return Batcher.<Read, float[]>of(name, this::run).maxItems(MAX_ITEMS).maxCost(MAX_TOKENS, Read::tokens);
    }

    @Override
    public void close() {
        model.close();
    }
}
