package dev.carrel.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.error.InvalidInputException;

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
    void a_text_has_bit_for_bit_the_same_vector_alone_and_in_any_company() {
        List<String> texts = new ArrayList<>();
        for (int i = 1; i <= 32; i++) {
            texts.add("the quick brown fox " + i + " jumps over the lazy dog ".repeat(i % 9));
        }

        float[][] together = model.embed(texts);

        for (int i = 0; i < texts.size(); i++) {
            assertThat(model.embed(List.of(texts.get(i)))[0]).containsExactly(together[i]);
        }
        assertThat(model.embed(texts.reversed())[0]).containsExactly(together[31]);
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
                assertThat(at.get(i).get()).containsExactly(alone.get(i % 4));
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

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
