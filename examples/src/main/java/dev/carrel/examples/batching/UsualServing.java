package dev.carrel.examples.batching;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** The usual way: a worker takes what is queued, and a context for each request goes through the batch beside it. */
public final class UsualServing implements Serving {
    private record Item(Request request, CompletableFuture<String> answer) {}

    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>();
    private final Predictor model;
    private final int maxBatch;
    private final Thread worker;

    public UsualServing(Predictor model, int maxBatch) {
        this.model = model;
        this.maxBatch = maxBatch;
        this.worker = Thread.ofPlatform().daemon().name("batch-worker").start(this::work);
    }

    @Override
    public String serve(Request request) {
        Item item = new Item(request, new CompletableFuture<>());
        queue.add(item);
        return item.answer().join();
    }

    @Override
    public int waiting() {
        return queue.size();
    }

    private void work() {
        try {
            while (true) {
                List<Item> batch = new ArrayList<>(List.of(queue.take()));
                queue.drainTo(batch, maxBatch - 1);
                serve(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(List<Item> batch) {
        // As many contexts as requests, or so it reads: nCopies is one map, many times. (Python: [{}] * n.)
        List<Map<String, String>> contexts = Collections.nCopies(batch.size(), new HashMap<>());
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            texts.add(decode(batch.get(i).request(), contexts.get(i)));
        }
        List<String> outputs = model.predict(texts);
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer().complete(encode(outputs.get(i), contexts.get(i)));
        }
    }

    private static String decode(Request request, Map<String, String> context) {
        context.put("signature", request.signature());
        return request.text();
    }

    private static String encode(String output, Map<String, String> context) {
        return output + " -- " + context.get("signature");
    }

    @Override
    public void close() {
        worker.interrupt();
    }
}
