package dev.carrel.onnx;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.error.InvalidInputException;
import dev.carrel.test.Users;

import static dev.carrel.onnx.SameVector.assertSame;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class MiniLmTest {
    private final MiniLm model = TestModel.get();

    @Test
    void similarities_are_those_that_the_reference_implementation_prints() {
        // The example on https://sbert.net/docs/quickstart.html
        float[][] v = model.embed(List.of("The weather is lovely today.", "It's so sunny outside!",
                "He drove to the stadium."));

        assertThat(dot(v[0], v[1])).isCloseTo(0.6660, within(0.0005));
        assertThat(dot(v[0], v[2])).isCloseTo(0.1046, within(0.0005));
        assertThat(dot(v[1], v[2])).isCloseTo(0.1411, within(0.0005));
    }

    @Test
    void every_vector_has_length_one_and_384_dimensions() {
        for (float[] vector : model.embed(List.of("", "a", "When is my exam?", "word ".repeat(250)))) {
            assertThat(vector).hasSize(MiniLm.DIMENSIONS);
            assertThat(dot(vector, vector)).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void a_text_has_the_same_vector_alone_and_in_any_company() {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= 32; i++) {
            texts.add("the quick brown fox " + i + " jumps over the lazy dog ".repeat(i % 9));
        }

        float[][] together = model.embed(texts);

        for (int i = 0; i < texts.size(); i++) {
            assertSame(model.embed(List.of(texts.get(i)))[0], together[i]);
        }
        assertSame(model.embed(texts.reversed())[0], together[31]);
    }

    @Test
    void neither_longer_neighbours_nor_the_size_of_its_batch_change_a_vector() throws Exception {
        float[] alone = model.embed(List.of("When is my exam?"))[0];
        List<String> neighbours = List.of("word ".repeat(254), "a", "two words", "word ".repeat(100));

        for (int size : new int[]{1, 2, 3, 8}) {
            List<Tokens> texts = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                texts.add(model.tokens(neighbours.get(i % neighbours.size())));
            }
            texts.add(size / 2, model.tokens("When is my exam?"));
            List<Item<Tokens>> items = Items.of(texts);

            Map<Item<?>, float[]> vectors = vectors(model.run(items));

            assertThat(vectors.keySet()).containsExactlyInAnyOrderElementsOf(items);
            assertSame(Objects.requireNonNull(vectors.get(items.get(size / 2))), alone);
        }
    }

    @Test
    void many_callers_are_each_answered_with_the_vector_of_their_own_text() {
        Map<String, float[]> alone = new ConcurrentHashMap<>();
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (Batcher<Tokens, float[]> batcher = Batcher.of("embed", model).maxItems(8)
                .observer(batch -> sizes.add(batch.size())).start()) {
            Users.many(40).ofTenants(3).run(user -> {
                String text = "The secret word is " + user.canary();
                alone.put(text, model.embed(List.of(text))[0]);
                assertSame(batcher.call(model.tokens(text)), Objects.requireNonNull(alone.get(text)));
            });
        }
        assertThat(sizes).anyMatch(size -> size > 1);
    }

    @Test
    void threads_that_embed_at_once_get_what_each_gets_alone() throws Exception {
        List<String> texts = List.of("one", "two words", "three words here", "and four words now");
        List<float[]> alone = texts.stream().map(text -> model.embed(List.of(text))[0]).toList();

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<float[]>> at = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String text = texts.get(i % 4);
                at.add(threads.submit(() -> model.embed(List.of(text))[0]));
            }
            for (int i = 0; i < at.size(); i++) {
                assertSame(at.get(i).get(), alone.get(i % 4));
            }
        }
    }

    @Test
    void no_texts_are_no_vectors() {
        assertThat(model.embed(List.of())).isEmpty();
    }

    @Test
    void a_text_up_to_the_limit_is_read_to_its_last_word() {
        String long254 = "word ".repeat(253);
        assertThat(model.count(long254 + "exam")).isEqualTo(MiniLm.MAX_TOKENS);

        float[][] v = model.embed(List.of(long254 + "exam", long254 + "dog"));

        assertThat(v[0]).isNotEqualTo(v[1]);
    }

    @Test
    void a_text_over_the_limit_is_an_error_and_never_cut() {
        String text = "word ".repeat(255);
        assertThat(model.count(text)).isEqualTo(257);

        assertThatThrownBy(() -> model.embed(List.of("short", text))).isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("257 tokens").hasMessageContaining("256");
    }

    @Test
    void a_closed_model_says_so(@TempDir Path folder) {
        MiniLm own = MiniLm.loadBeside(folder).join();
        own.close();
        own.close();

        assertThatThrownBy(() -> own.embed(List.of("x"))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void tokens_of_a_client_are_taken_with_both_marks_or_with_none() {
        Tokens made = model.tokens("the exam");
        long[] ids = ids(made);

        assertThat(ids).startsWith(101).endsWith(102);
        assertThat(model.tokens(ids)).isEqualTo(made);
        assertThat(model.tokens(Arrays.copyOfRange(ids, 1, ids.length - 1))).isEqualTo(made);
        assertThat(model.tokens(new long[]{101, 102})).isEqualTo(model.tokens(""));
    }

    @Test
    void tokens_that_the_model_cannot_read_are_refused_on_their_callers_thread() {
        long[] tooMany = new long[255];
        Arrays.fill(tooMany, 1996);

        assertRefused(() -> model.tokens(new long[0]), "are none");
        assertRefused(() -> model.tokens(new long[]{1996, 30_522}), "30522");
        assertRefused(() -> model.tokens(new long[]{-1}), "-1");
        assertRefused(() -> model.tokens(new long[]{101, 1996}), "both of the marks");
        assertRefused(() -> model.tokens(new long[]{101}), "both of the marks");
        assertRefused(() -> model.tokens(new long[]{1996, 102}), "both of the marks");
        assertRefused(() -> model.tokens(tooMany), "257 tokens");
        assertThat(model.tokens(new long[]{30_521}).count()).isEqualTo(3);
    }

    @Test
    void the_vocabulary_is_that_of_the_tokenizers_file() throws Exception {
        try (InputStream file = ModelFiles.resource("all-minilm-l6-v2-tokenizer.json")) {
            String json = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            long last = Pattern.compile("\": ?(\\d+)").matcher(json.substring(json.indexOf("\"vocab\""))).results()
                    .mapToLong(id -> Long.parseLong(id.group(1))).max().orElseThrow();
            assertThat(last).isEqualTo(WordPieces.VOCABULARY - 1);
        }
    }

    @Test
    void tokens_that_nobody_checked_fail_alone_and_not_with_their_batch() throws Exception {
        List<Item<Tokens>> items = Items
                .of(List.of(model.tokens("the exam"), Tokens.of(101, 99_999, 102), Tokens.of(1996),
                        Tokens.of(new long[300])));

        List<Outcome<float[]>> outcomes = model.run(items);

        assertThat(vectors(outcomes.stream().filter(it -> it instanceof Outcome.Ok).toList()))
                .containsOnlyKeys(items.get(0)).satisfies(ok -> assertSame(
                        Objects.requireNonNull(ok.get(items.get(0))), model.embed(List.of("the exam"))[0]));
        assertThat(outcomes.stream().filter(it -> it instanceof Outcome.Failed<?> failed
                && failed.failure() instanceof InvalidInputException).map(Outcome::item))
                .containsExactlyInAnyOrderElementsOf(items.subList(1, 4));
    }

    @Test
    void a_text_over_the_limit_is_split_where_that_was_declared() throws Exception {
        EmbeddingModel splitting = model.splitting();
        String first = "word ".repeat(150).strip();
        String second = "exam ".repeat(150).strip();
        float[][] halves = model.embed(List.of(first, second));
        float[] mean = new float[MiniLm.DIMENSIONS];
        for (int d = 0; d < mean.length; d++) {
            mean[d] = halves[0][d] + halves[1][d];
        }
        double length = Math.sqrt(dot(mean, mean));

        List<Item<Tokens>> items = Items.of(List.of(splitting.tokens("short"), splitting.tokens(first + " " + second),
                splitting.tokens("another")));
        Map<Item<?>, float[]> vectors = vectors(splitting.run(items));

        float[] split = Objects.requireNonNull(vectors.get(items.get(1)));
        assertThat(dot(split, split)).isCloseTo(1, within(1e-5));
        assertThat(dot(split, mean) / length).isCloseTo(1, within(1e-6));
        assertSame(Objects.requireNonNull(vectors.get(items.get(0))), model.embed(List.of("short"))[0]);
        assertSame(Objects.requireNonNull(vectors.get(items.get(2))), model.embed(List.of("another"))[0]);
    }

    @Test
    void even_a_text_that_may_be_split_has_a_limit() {
        String most = "word ".repeat(MiniLm.MAX_SPLIT_TOKENS - 2);

        assertThat(model.splitting().tokens(most).count()).isEqualTo(8_130);
        assertRefused(() -> model.splitting().tokens(most + "word"), "8,131 tokens");
        assertRefused(() -> model.tokens(most), "8,130 tokens");
    }

    private static void assertRefused(ThrowingCallable call, String why) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(why);
    }

    private static long[] ids(Tokens tokens) {
        long[] ids = new long[tokens.count()];
        tokens.copyTo(ids, 0);
        return ids;
    }

    private static Map<Item<?>, float[]> vectors(List<Outcome<float[]>> outcomes) {
        Map<Item<?>, float[]> vectors = new HashMap<>();
        for (Outcome<float[]> outcome : outcomes) {
            if (outcome instanceof Outcome.Ok<float[]>(Item<?> item, float[] vector)) {
                vectors.put(item, vector);
            } else {
                throw new AssertionError("not a vector but " + outcome);
            }
        }
        return vectors;
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
