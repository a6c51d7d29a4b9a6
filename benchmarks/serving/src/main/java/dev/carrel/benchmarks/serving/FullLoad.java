package dev.carrel.benchmarks.serving;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Tokens;

/**
 * The embedding model with as much to do as it can: many callers of a batcher, and loops that call ONNX Runtime or LangChain4j
 * themselves, as many as the batcher has workers. Every vector is checked.
 */
final class FullLoad {
    /** For each worker twice what a batch holds at most: while one runs, the next is full. */
    private static final int CALLERS = 64;
    private static final List<Integer> BATCHES = List.of(1, 2, 4, 8, 16, 32);
    private static final double OF_RAW = 0.9;
    private static final String CARREL = "Carrel's batcher";
    private static final String LANGCHAIN = "LangChain4j, the same threads";

    private final int workers;
    private final Extent extent;
    private final List<Texts> texts;
    private final List<Rival> rivals = new ArrayList<>();
    private final Rounds<Row, Crew.Measured> rounds = new Rounds<>();
    private final LongAdder batches = new LongAdder();
    private final LongAdder items = new LongAdder();

    private FullLoad(int workers, Extent extent, List<Texts> texts) {
        this.workers = workers;
        this.extent = extent;
        this.texts = texts;
    }

    /** Who embeds, on how many threads. */
    private record Rival(String name, Crew crew, Embedder embedder) {}

    /** Embeds some texts and checks their vectors; says how many. */
    @FunctionalInterface
    private interface Embedder {
        int embed(Texts texts, Random random) throws Exception;
    }

    private record Row(String texts, String rival) {}

    /** With the number of workers, a folder, and an {@link Extent}. */
    public static void main(String[] args) throws Exception {
        int workers = Integer.parseInt(args[0]);
        Path folder = Path.of(args[1]);
        OnnxFiles files = OnnxFiles.in(folder);
        try (Embedding embedding = Embedding.load(folder);
                var raw = new RawOnnx(files)) {
            var load = new FullLoad(workers, Extent.of(args[2], args[3], args[4]), List.of(Texts.ofTokens(5, raw),
                    Texts.ofTokens(11, raw), Texts.ofTokens(36, raw), Texts.mixed(raw)));
            try (Batcher<Tokens, float[]> batcher = embedding.batcher("embed").workers(workers)
                    .observer(batch -> {
                        load.batches.increment();
                        load.items.add(batch.size());
                    }).start()) {
                load.enter(embedding, batcher, raw, files);
                load.run();
            }
        }
    }

    private void enter(Embedding embedding, Batcher<Tokens, float[]> batcher, RawOnnx raw, OnnxFiles files)
            throws Exception {
        rivals.add(new Rival(CARREL, new Crew(CALLERS * workers, true), (all, random) -> {
            int text = random.nextInt(all.size());
            all.check(text, batcher.call(embedding.read(all.texts().get(text))));
            return 1;
        }));
        for (int size : BATCHES) {
            rivals.add(new Rival(raw(size), new Crew(workers, false), (all, random) -> {
                int[] which = random.ints(size, 0, all.size()).toArray();
                float[][] vectors = raw.embed(random(all, which));
                for (int i = 0; i < size; i++) {
                    all.check(which[i], vectors[i]);
                }
                return size;
            }));
        }
        rivals.add(langChain(LANGCHAIN, new LangChain(files)));
        rivals.add(langChain("LangChain4j, as it comes", new AllMiniLmL6V2EmbeddingModel()));
    }

    private static List<String> random(Texts all, int[] which) {
        List<String> texts = new ArrayList<>(which.length);
        for (int each : which) {
            texts.add(all.texts().get(each));
        }
        return texts;
    }

    private static String raw(int batch) {
        return batch == 1 ? "ONNX Runtime, unbatched" : "ONNX Runtime, batches of " + batch;
    }

    private Rival langChain(String name, EmbeddingModel model) {
        return new Rival(name, new Crew(workers, false), (all, random) -> {
            int text = random.nextInt(all.size());
            all.check(text, model.embed(all.texts().get(text)).content().vector());
            return 1;
        });
    }

    private void run() throws InterruptedException {
        for (Rival rival : rivals) {
            for (Texts all : texts) {
                measure(rival, all, extent.warm() / texts.size() / rivals.size(), 0);
            }
        }
        Map<String, Double> sizes = new LinkedHashMap<>();
        for (int round = 0; round < extent.rounds(); round++) {
            for (Texts all : texts) {
                batches.reset();
                items.reset();
                for (Rival rival : Extent.turns(rivals, round)) {
                    rounds.add(new Row(all.name(), rival.name), measure(rival, all, extent.seconds(), round));
                }
                sizes.put(all.name(), items.sum() / (double) batches.sum());
            }
        }
        print(sizes);
    }

    private static Crew.Measured measure(Rival rival, Texts all, double seconds, int seed) throws InterruptedException {
        return rival.crew.run(seconds, i -> {
            // Neighbouring seeds would have all of them begin with the same text.
            var random = new Random(new SplittableRandom(1_000L * seed + i).nextLong());
            return () -> rival.embedder.embed(all, random);
        });
    }

    private double perSecond(Texts all, String rival) {
        return rounds.median(new Row(all.name(), rival), Crew.Measured::perSecond);
    }

    private void print(Map<String, Double> sizes) {
        System.out.println("| tokens | " + workers + (workers == 1 ? " worker" : " workers")
                + " | texts/s | " + CARREL + ": times | CPU, µs a text |");
        System.out.println("|--:|---|--:|--:|--:|");
        for (Texts all : texts) {
            double carrel = perSecond(all, CARREL);
            for (Rival rival : rivals) {
                double rate = perSecond(all, rival.name);
                String name = rival.name.equals(CARREL)
                        ? String.format(Locale.ROOT, "**%s**, batches of %.1f", CARREL, sizes.get(all.name()))
                        : rival.name;
                System.out.printf(Locale.ROOT, "| %s | %s | %,.0f | %.2f | %,.0f |%n", all.name(), name, rate,
                        carrel / rate, rounds.median(new Row(all.name(), rival.name), Crew.Measured::cpu));
            }
        }
        for (Texts all : texts) {
            String what = all.name() + " tokens, " + workers + (workers == 1 ? " worker" : " workers") + ": ";
            double raw = BATCHES.stream().mapToDouble(size -> perSecond(all, raw(size))).max().orElseThrow();
            System.out.println(Aim.atLeast(what + "of the best raw ONNX Runtime", OF_RAW,
                    perSecond(all, CARREL) / raw).marked());
            System.out.println(Aim.atLeast(what + "times LangChain4j",
                    all.name().equals("5") || all.name().equals("11") ? 1.3 : 1.15,
                    perSecond(all, CARREL) / perSecond(all, LANGCHAIN)).marked());
        }
    }
}
