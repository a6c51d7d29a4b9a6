package dev.carrel.benchmarks.serving;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;

/** Carrel's side: the models of the benchmark over HTTP. Ends when its input ends. */
final class ModelServer {
    private ModelServer() {}

    private record Asked(int input) {}

    private record Squared(long output) {}

    private record Text(String text) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Embedded(float[] embedding) {}

    /** x to x squared. */
    static final class Square implements Model<Integer, Long> {
        @Override
        public Integer decode(JsonInput request, Attributes attributes) {
            return request.as(Asked.class).input();
        }

        @Override
        public List<Outcome<Long>> run(List<Item<Integer>> items) {
            return items.stream().map(item -> item.<Long>ok((long) item.input() * item.input())).toList();
        }

        @Override
        public Object encode(Long output, Attributes attributes) {
            return new Squared(output);
        }
    }

    /** A text to its vector. */
    record Embed(Embedding embedding) implements Model<Tokens, float[]> {
        @Override
        public Tokens decode(JsonInput request, Attributes attributes) {
            return embedding.read(request.as(Text.class).text());
        }

        @Override
        public List<Outcome<float[]>> run(List<Item<Tokens>> items) throws Exception {
            return embedding.run(items);
        }

        @Override
        public Object encode(float[] output, Attributes attributes) {
            return new Embedded(output);
        }
    }

    /** With the model ({@code square} or {@code embed}), the most in a batch, the workers, and a folder. */
    public static void main(String[] args) throws Exception {
        int maxItems = Integer.parseInt(args[1]);
        int workers = Integer.parseInt(args[2]);
        Path folder = Path.of(args[3]);
        App app = Carrel.app("models");
        if (args[0].equals("embed")) {
            app.model("embed", new Embed(Embedding.load(folder)), batches -> batches.maxItems(maxItems)
                    .workers(workers));
        } else {
            app.model("square", new Square(), batches -> batches.maxItems(maxItems).workers(workers));
        }
        Configuration configuration = Configuration.of(
                Map.of("port", "0", "store", "memory", "data", folder.toString()), Map.of(), folder);
        try (CarrelServer server = CarrelServer.start(app, ServerSettings.of(configuration))) {
            System.out.println("ready " + server.uri());
            while (System.in.read() >= 0) {
                // Whoever started this process holds the other end.
            }
        }
    }
}
