package dev.carrel.examples.batching;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/** Carrel's way: each item brings its caller's context along, and its outcome can be made from that item only. */
public final class CarrelServing implements Serving {
    private static final ContextKey<String> SIGNATURE = ContextKey.of("signature", Kind.REQUEST);

    private final Predictor model;
    private final Batcher<String, String> batcher;

    public CarrelServing(Predictor model, int maxBatch) {
        this.model = model;
        this.batcher = Batcher.of("letters", this::run).maxItems(maxBatch).start();
    }

    @Override
    public String serve(Request request) throws InterruptedException {
        Context decoded = Context.current().with(SIGNATURE, request.signature());
        return decoded.call(() -> batcher.call(request.text()));
    }

    private List<Outcome<String>> run(List<Item<String>> batch) {
        List<String> outputs = model.predict(batch.stream().map(Item::input).toList());
        List<Outcome<String>> outcomes = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            Item<String> item = batch.get(i);
            outcomes.add(item.ok(encode(outputs.get(i), item.context())));
        }
        return outcomes;
    }

    private static String encode(String output, Context caller) {
        return output + " -- " + caller.get(SIGNATURE);
    }

    @Override
    public int waiting() {
        return batcher.waiting();
    }

    @Override
    public void close() {
        batcher.close();
    }
}
