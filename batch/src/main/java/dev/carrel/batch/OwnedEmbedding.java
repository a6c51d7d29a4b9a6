package dev.carrel.batch;

import java.time.Duration;
import java.util.List;

/** An embedding model that is closed when nobody uses it any more. As thread-safe as that is. */
record OwnedEmbedding(EmbeddingModel model, AutoCloseable owned) implements EmbeddingModel {
    @Override
    public Tokens tokens(String text) {
        return model.tokens(text);
    }

    @Override
    public Tokens tokens(long[] ids) {
        return model.tokens(ids);
    }

    @Override
    public int dimensions() {
        return model.dimensions();
    }

    @Override
    public boolean shortens() {
        return model.shortens();
    }

    @Override
    public Duration within() {
        return model.within();
    }

    @Override
    public boolean healthy() throws Exception {
        return model.healthy();
    }

    @Override
    public void setup() throws Exception {
        model.setup();
    }

    @Override
    public List<Outcome<float[]>> run(List<Item<Tokens>> items) throws Exception {
        return model.run(items);
    }

    @Override
    public void closed() throws Exception {
        try {
            model.closed();
        } finally {
            owned.close();
        }
    }
}
