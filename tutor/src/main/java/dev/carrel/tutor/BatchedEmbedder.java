package dev.carrel.tutor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import dev.carrel.batch.BatchRecord;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.error.UnavailableException;
import dev.carrel.tutor.embed.Embedder;

/** Puts the questions of many learners into one call of the model. Thread-safe. */
final class BatchedEmbedder implements Embedder, AutoCloseable {
    /** Short texts only gain from company up to about this many on a CPU. */
    private static final int MAX_ITEMS = 8;
    private static final int MAX_WAITING = 2_048;

    private final Batcher<String, float[]> batcher;

    BatchedEmbedder(Embedder model, Consumer<BatchRecord> observer) {
        batcher = Batcher.<String, float[]>of("embed", items -> run(model, items)).maxItems(MAX_ITEMS)
                .maxWaiting(MAX_WAITING).observer(observer).start();
    }

    private static List<Outcome<float[]>> run(Embedder model, List<Item<String>> items) {
        float[][] vectors = model.embed(items.stream().map(Item::input).toList());
        List<Outcome<float[]>> outcomes = new ArrayList<>(items.size());
        for (int i = 0; i < vectors.length; i++) {
            outcomes.add(items.get(i).ok(vectors[i]));
        }
        return outcomes;
    }

    @Override
    public float[][] embed(List<String> texts) {
        float[][] vectors = new float[texts.size()][];
        try {
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = batcher.call(texts.get(i));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The answer was stopped.");
        }
        return vectors;
    }

    /** How many questions wait. */
    int waiting() {
        return batcher.waiting();
    }

    @Override
    public void close() {
        batcher.close();
    }
}
