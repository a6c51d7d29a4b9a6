package dev.carrel.onnx;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CancelledException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** ONNX Runtime is told to end what nobody wants any more, and nothing else. */
@Timeout(60)
class TerminationTest {
    private final MiniLm model = TestModel.get();

    @Test
    void a_batch_goes_on_as_long_as_one_of_its_callers_wants_it() throws Exception {
        List<Cancellation.Source> callers = sources(3);
        List<Item<Tokens>> items = items(callers);
        callers.get(0).cancel("The first has left.");
        callers.get(2).cancel("The third has left.");

        List<Outcome<float[]>> outcomes = model.run(items);

        assertThat(outcomes).hasSize(3);
        assertThat(outcomes).filteredOn(outcome -> outcome.item() == items.get(1)).singleElement()
                .isInstanceOfSatisfying(Outcome.Ok.class, ok -> assertThat((float[]) ok.value())
                        .containsExactly(model.embed(List.of("Question number 1?"))[0]));
    }

    @Test
    void a_batch_ends_when_the_last_of_its_callers_has_left() throws Exception {
        List<Cancellation.Source> callers = sources(3);
        List<Item<Tokens>> items = items(callers);
        callers.forEach(caller -> caller.cancel("They have all left."));

        assertThat(model.run(items)).hasSize(3).hasOnlyElementsOfType(Outcome.Cancelled.class);
        assertThat(vector()).as("the next").containsExactly(vector());
    }

    @Test
    void a_thread_that_is_interrupted_leaves_onnx_runtime_and_stays_interrupted() throws Exception {
        List<Item<Tokens>> items = items(sources(2));
        Thread.currentThread().interrupt();

        List<Outcome<float[]>> outcomes = model.run(items);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(outcomes).hasSize(2).hasOnlyElementsOfType(Outcome.Cancelled.class);
        assertThat(model.run(items)).hasSize(2).hasOnlyElementsOfType(Outcome.Ok.class);
    }

    @Test
    void who_embeds_without_a_batcher_is_told_why_it_ended() {
        var caller = Cancellation.source();
        caller.cancel("Stopped by its owner.");

        assertThatThrownBy(() -> caller.bind(Context.root()).call(this::vector)).isInstanceOf(CancelledException.class)
                .hasMessage("Stopped by its owner.");
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::vector).isInstanceOf(CancelledException.class).hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    private float[] vector() {
        return model.embed(List.of("Question number 1?"))[0];
    }

    private static List<Cancellation.Source> sources(int count) {
        List<Cancellation.Source> sources = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sources.add(Cancellation.source());
        }
        return sources;
    }

    /** A question of each. */
    private List<Item<Tokens>> items(List<Cancellation.Source> callers) throws InterruptedException {
        List<Item<Tokens>> items = new ArrayList<>();
        for (int i = 0; i < callers.size(); i++) {
            items.add(Items.of(callers.get(i).bind(Context.root()), model.tokens("Question number " + i + "?")));
        }
        return items;
    }
}
