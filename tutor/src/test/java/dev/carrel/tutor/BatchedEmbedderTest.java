package dev.carrel.tutor;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;

import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** How many questions run together is found out on the device, unless its operator has said it. */
class BatchedEmbedderTest {
    private final TestTime time = TestTime.start();
    private final List<Integer> sizes = new CopyOnWriteArrayList<>();

    /** A token a word. A batch costs some milliseconds, and some for each of its items. */
    private final class Words implements EmbeddingModel {
        private final int fixed;
        private final int each;
        int runs;

        Words(int fixed, int each) {
            this.fixed = fixed;
            this.each = each;
        }

        @Override
        public Tokens tokens(String text) {
            return Tokens.of(new long[text.split(" ").length]);
        }

        @Override
        public Tokens tokens(long[] ids) {
            return Tokens.of(ids);
        }

        @Override
        public int dimensions() {
            return 1;
        }

        @Override
        public List<Outcome<float[]>> run(List<Item<Tokens>> items) {
            runs++;
            time.pass(Duration.ofMillis(fixed + (long) each * items.size()));
            return items.stream().map(item -> item.ok(new float[]{1})).toList();
        }
    }

    /** The sizes of the batches in which eight questions of eight words run that wait together. */
    private List<Integer> batches(Words model, Consumer<BatcherBuilder<Tokens, float[]>> batches) {
        try (var embedder = new BatchedEmbedder(model, builder -> {
            builder.time(time).observer(batch -> sizes.add(batch.size()));
            batches.accept(builder);
        })) {
            embedder.embed(Collections.nCopies(8, "a b c d e f g h"));
        }
        return sizes;
    }

    @Test
    void where_company_pays_questions_run_together() {
        assertThat(batches(new Words(10, 1), builder -> {})).containsExactly(8);
    }

    @Test
    void where_it_does_not_each_runs_alone() {
        assertThat(batches(new Words(0, 10), builder -> {})).hasSize(8).containsOnly(1);
    }

    @Test
    void what_the_operator_says_is_not_measured() {
        var model = new Words(10, 1);
        assertThat(batches(model, builder -> builder.maxCost(16, Tokens::count).warmUp(List.of())))
                .containsExactly(2, 2, 2, 2);
        assertThat(model.runs).isEqualTo(4);
    }
}
