package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Principal;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A model is tried before it is called: whether, and how far, company makes it quicker. */
@Timeout(60)
class WarmUpTest {
    private static final String LONG = "x".repeat(36);
    private final TestTime time = TestTime.start();

    /** Short texts share a fixed cost; long ones gain nothing from company. */
    private List<Outcome<String>> run(List<Item<String>> items) {
        assertThat(Principal.find()).isEmpty();
        int length = items.getFirst().input().length();
        time.pass(Duration.ofMillis(length > 30 ? (long) length * items.size() : 10L + items.size()));
        return items.stream().map(item -> item.ok(item.input())).toList();
    }

    private List<List<String>> batches(BatcherBuilder<String, String> builder, Stage stage, List<String> inputs)
            throws Exception {
        try (Batcher<String, String> batcher = builder.start(); stage) {
            stage.batches.clear();
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>();
            for (String input : inputs) {
                calls.add(stage.queued(batcher, Stage.of("school", "alice"), input));
            }
            stage.open();
            for (Future<String> call : calls) {
                assertThat(call.get()).isNotEmpty();
            }
        }
        return stage.batches.subList(1, stage.batches.size());
    }

    /** Only what is called passes the stage's door; the warm-up finds it open. */
    private BatchModel<String, String> staged(Stage stage) {
        BatchModel<String, String> behind = stage.then(this::run);
        return items -> items.getFirst().context().equals(dev.carrel.context.Context.root())
                ? run(items)
                : behind.run(items);
    }

    @Test
    void no_more_run_together_than_was_quicker() throws Exception {
        var stage = new Stage();
        List<String> inputs = new ArrayList<>(List.of(LONG, LONG, LONG));
        for (int i = 0; i < 10; i++) {
            inputs.add("five" + i);
        }
        List<List<String>> batches = batches(Batcher.of("texts", staged(stage)).maxItems(8).time(time)
                .cost(String::length).warmUp(List.of("short", LONG)), stage, inputs);
        assertThat(batches).extracting(List::size).containsExactlyInAnyOrder(1, 1, 1, 8, 2);
    }

    @Test
    void a_long_sample_that_gains_nothing_lets_no_more_run_together() throws Exception {
        var stage = new Stage();
        List<List<String>> batches = batches(Batcher.of("texts", staged(stage)).maxItems(8).time(time)
                .cost(String::length).warmUp(List.of("short", LONG, LONG.repeat(7))), stage, List.of(LONG, LONG, LONG));
        assertThat(batches).containsOnly(List.of(LONG)).hasSize(3);
    }

    @Test
    void a_model_that_is_slow_is_tried_no_longer_than_a_few_seconds() {
        BatchModel<String, String> slow = items -> {
            time.pass(Duration.ofSeconds(3));
            return items.stream().map(item -> item.ok(item.input())).toList();
        };
        long began = time.nanoTime();
        Batcher.of("slow", slow).time(time).warmUp(List.of("a", "b", "c", "d")).start().close();
        assertThat(Duration.ofNanos(time.nanoTime() - began)).isLessThanOrEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void what_the_operator_has_set_stays() throws Exception {
        var stage = new Stage();
        List<List<String>> batches = batches(Batcher.of("texts", staged(stage)).maxItems(8).time(time)
                .maxCost(1_000, String::length).warmUp(List.of("short", LONG)), stage, List.of(LONG, LONG, LONG));
        assertThat(batches).containsExactly(List.of(LONG, LONG, LONG));
    }

    @Test
    void a_guess_holds_until_it_is_measured() throws Exception {
        var guessed = new Stage();
        assertThat(batches(Batcher.of("texts", staged(guessed)).maxItems(8).time(time).cost(String::length)
                .maxCostUnlessMeasured(2L * LONG.length()), guessed, List.of(LONG, LONG, LONG)))
                .containsExactly(List.of(LONG, LONG), List.of(LONG));
        var measured = new Stage();
        assertThat(batches(Batcher.of("texts", staged(measured)).maxItems(8).time(time).cost(String::length)
                .maxCostUnlessMeasured(1_000).warmUp(List.of("short", LONG)), measured, List.of(LONG, LONG, LONG)))
                .containsOnly(List.of(LONG)).hasSize(3);
    }

    @Test
    void a_model_that_fails_at_a_sample_does_not_start() {
        BatchModel<String, String> broken = items -> items.stream()
                .map(item -> item.<String>failed(new IllegalStateException("no such word"))).toList();
        assertThatThrownBy(() -> Batcher.of("broken", broken).warmUp(List.of("short")).start())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("broken")
                .hasMessageContaining("sample");
    }
}
