package dev.carrel.tutor;

import java.util.List;
import java.util.function.Consumer;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Tokens;
import dev.carrel.error.UnavailableException;
import dev.carrel.tutor.embed.Embedder;

/** Puts the questions of many learners into one call of the model. Thread-safe. */
final class BatchedEmbedder implements Embedder, AutoCloseable {
    private static final int MAX_ITEMS = 8;
    private static final int MAX_WAITING = 2_048;
    /** Such as learners ask, short and long: with these it is found out how far company pays on this device. */
    private static final List<String> SAMPLES = List.of("When is my exam?",
            "Which books do I need for the physics course in the second term?",
            "I was ill last week and missed the lab. Can I still hand in the report, and whom do I have to ask for "
                    + "another day on which I can do the experiment?");

    private final EmbeddingModel model;
    private final Batcher<Tokens, float[]> batcher;

    /**
     * One for this model.
     *
     * @param batches what else there is to set
     */
    BatchedEmbedder(EmbeddingModel model, Consumer<? super BatcherBuilder<Tokens, float[]>> batches) {
        this.model = model;
        BatcherBuilder<Tokens, float[]> builder = Batcher.of("embed", model).maxItems(MAX_ITEMS).cost(Tokens::count)
                .warmUp(SAMPLES.stream().map(model::tokens).toList()).maxWaiting(MAX_WAITING);
        batches.accept(builder);
        batcher = builder.start();
    }

    @Override
    public float[][] embed(List<String> texts) {
        try {
            return batcher.callAll(texts.stream().map(model::tokens).toList()).toArray(float[][]::new);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The answer was stopped.");
        }
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
