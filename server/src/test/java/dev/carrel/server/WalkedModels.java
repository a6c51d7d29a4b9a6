package dev.carrel.server;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.App;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.app.StreamingModel;
import dev.carrel.batch.Attribute;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Step;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;

/** A model of each kind, so that an application has all routes. What is said to the one called held waits there. */
final class WalkedModels {
    /** Their names. */
    static final List<String> NAMES = List.of("held", "plain", "streaming", "embedding");

    /** What is asked of the held model. */
    final CompletableFuture<Item<String>> asked = new CompletableFuture<>();
    private final CountDownLatch released = new CountDownLatch(1);

    private record Ask(@Nullable String text) {}

    private record Said(String user, String text) {}

    App on(App app) {
        return app.model("held", new Held()).model("plain", new Plain())
                .streamingModel("streaming", new Streaming(), batches -> batches.maxItems(4))
                .embeddings("embedding", new TestEmbedder());
    }

    /** The held model answers. */
    void release() {
        released.countDown();
    }

    private static String text(JsonInput request) {
        String text = request.as(Ask.class).text();
        if (text == null) {
            throw InvalidInputException.field("text", "is missing");
        }
        return text;
    }

    private static class Plain implements Model<String, String> {
        @Override
        public String decode(JsonInput request, Attributes attributes) {
            return text(request);
        }

        @Override
        public List<Outcome<String>> run(List<Item<String>> items) throws Exception {
            return items.stream().map(item -> item.ok(item.input())).toList();
        }

        @Override
        public Object encode(String output, Attributes attributes) {
            return new Said(Principal.current().user(), output);
        }
    }

    private final class Held extends Plain {
        @Override
        public List<Outcome<String>> run(List<Item<String>> items) throws Exception {
            asked.complete(items.getFirst());
            released.await();
            return super.run(items);
        }
    }

    private static final class Streaming implements StreamingModel<String, String> {
        private static final Attribute<AtomicInteger> SAID = Attribute.of("said",
                AtomicInteger.class);

        @Override
        public String decode(JsonInput request, Attributes attributes) {
            attributes.put(SAID, new AtomicInteger());
            return text(request);
        }

        @Override
        public List<Outcome<Step<String>>> run(List<Item<String>> items) {
            return items.stream().map(item -> item.attributes().get(SAID).orElseThrow().getAndIncrement() == 0
                    ? item.ok(Step.piece(item.input()))
                    : item.ok(Step.<String>end())).toList();
        }

        @Override
        public Object encode(String piece, Attributes attributes) {
            return new Said(Principal.current().user(), piece);
        }
    }
}
