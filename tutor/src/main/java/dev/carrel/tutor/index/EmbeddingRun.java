package dev.carrel.tutor.index;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.carrel.tutor.docs.Passage;
import dev.carrel.tutor.embed.Embedder;

/**
 * Embeds many passages on all cores. Texts of like length go together: padding is work for nothing, and on a CPU a batch
 * of long texts costs as much as the texts one by one.
 */
final class EmbeddingRun {
    private static final int BATCH_CHARACTERS = 1_600;
    private static final int BATCH_TEXTS = 8;

    private final Embedder embedder;
    private final Progress progress;
    private int done;

    EmbeddingRun(Embedder embedder, Progress progress) {
        this.embedder = embedder;
        this.progress = progress;
    }

    /** The vectors of {@code passages}, in their order. */
    float[][] embed(List<Passage> passages) {
        List<Integer> byLength = new ArrayList<>();
        for (int i = 0; i < passages.size(); i++) {
            byLength.add(i);
        }
        byLength.sort(Comparator.comparing(i -> passages.get(i).embedded().length()));
        float[][] vectors = new float[passages.size()][];
        progress.at(0, passages.size());
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 8);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads,
                Thread.ofPlatform().daemon().name("carrel-index-", 0).inheritInheritableThreadLocals(false)
                        .factory())) {
            List<Future<?>> batches = new ArrayList<>();
            for (List<Integer> batch : batches(byLength, passages)) {
                batches.add(pool.submit(() -> embed(batch, passages, vectors)));
            }
            try {
                for (Future<?> batch : batches) {
                    batch.get();
                }
            } catch (InterruptedException e) {
                pool.shutdownNow();
                Thread.currentThread().interrupt();
                throw new CancellationException("indexing was interrupted");
            } catch (ExecutionException e) {
                pool.shutdownNow();
                throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
            }
        }
        return vectors;
    }

    private static List<List<Integer>> batches(List<Integer> byLength, List<Passage> passages) {
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> open = new ArrayList<>();
        for (int i : byLength) {
            int longest = passages.get(i).embedded().length();
            if (!open.isEmpty()
                    && (open.size() == BATCH_TEXTS || longest * (open.size() + 1) > BATCH_CHARACTERS)) {
                batches.add(open);
                open = new ArrayList<>();
            }
            open.add(i);
        }
        if (!open.isEmpty()) {
            batches.add(open);
        }
        return batches;
    }

    private void embed(List<Integer> batch, List<Passage> passages, float[][] vectors) {
        float[][] some = embedder.embed(batch.stream().map(i -> passages.get(i).embedded()).toList());
        for (int i = 0; i < some.length; i++) {
            vectors[batch.get(i)] = some[i];
        }
        synchronized (progress) {
            done += some.length;
            progress.at(done, passages.size());
        }
    }
}
