package dev.carrel.onnx;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Health;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.DeadlineException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** ONNX Runtime is told to end what nobody wants any more, and nothing else. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
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
                .isInstanceOfSatisfying(Outcome.Ok.class, ok -> SameVector.assertSame((float[]) ok.value(),
                        model.embed(List.of("Question number 1?"))[0]));
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
    void what_is_embedded_without_a_batcher_runs_to_its_end_whatever_becomes_of_its_caller() {
        float[] expected = vector();
        var caller = Cancellation.source();
        caller.cancel("Stopped by its owner.");
        Thread.currentThread().interrupt();

        assertThat(caller.bind(Context.root()).call(this::vector)).containsExactly(expected);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void what_runs_for_ever_ends_while_it_runs(@TempDir Path folder) throws Exception {
        try (OnnxModel rounds = rounds(folder); ExecutorService threads = Executors.newSingleThreadExecutor()) {
            List<Cancellation.Source> callers = sources(2);
            List<Item<Map<String, Tensor>>> items = List.of(
                    Items.of(callers.get(0).bind(Context.root()), x(Long.MAX_VALUE)),
                    Items.of(callers.get(1).bind(Context.root()), x(1)));
            Future<List<Outcome<Map<String, Tensor>>>> run = threads.submit(() -> rounds.run(items));
            await().until(TerminationTest::insideOnnxRuntime);

            callers.get(0).cancel("The first has left.");
            callers.get(1).cancel("The second has left.");

            assertThat(run).succeedsWithin(Duration.ofSeconds(20));
            assertThat(run.get()).hasSize(2).hasOnlyElementsOfType(Outcome.Cancelled.class);
        }
    }

    @Test
    void a_batch_past_its_limit_leaves_onnx_runtime_and_its_worker_is_there_again(@TempDir Path folder) {
        TestTime time = TestTime.start();
        var caller = Cancellation.source();
        try (OnnxModel rounds = rounds(folder);
                var batcher = Batcher.of("rounds", rounds).limit(Duration.ofSeconds(5)).maxAbandoned(0).time(time)
                        .start();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            try {
                Future<Map<String, Tensor>> call = threads.submit(
                        caller.bind(Context.root()).wrap(() -> batcher.call(x(Long.MAX_VALUE))));
                await().until(TerminationTest::insideOnnxRuntime);

                time.pass(Duration.ofSeconds(6));

                assertThatThrownBy(call::get).cause().isInstanceOf(DeadlineException.class);
                await().untilAsserted(() -> assertThat(batcher.health()).isEqualTo(new Health(true, 1, 0, 0)));
                assertThat(threads.submit(() -> batcher.call(x(2)))).succeedsWithin(Duration.ofSeconds(20))
                        .isEqualTo(Map.of("y", Tensor.of(new long[]{16})));
            } finally {
                caller.cancel("If the interrupt did not end it, this does.");
            }
        }
    }

    @Test
    void closing_waits_for_what_runs(@TempDir Path folder) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            OnnxModel rounds = rounds(folder);
            var caller = Cancellation.source();
            List<Item<Map<String, Tensor>>> items = List
                    .of(Items.of(caller.bind(Context.root()), x(Long.MAX_VALUE)));
            Future<List<Outcome<Map<String, Tensor>>>> run = threads.submit(() -> rounds.run(items));
            await().until(TerminationTest::insideOnnxRuntime);

            Future<?> closing = threads.submit(rounds::close);
            await().until(() -> inside(OnnxSession.class.getName(), "close"));

            assertThat(closing).isNotDone();
            caller.cancel("Stopped.");
            assertThat(closing).succeedsWithin(Duration.ofSeconds(20));
            assertThat(run.get()).hasOnlyElementsOfType(Outcome.Cancelled.class);
        }
    }

    private static OnnxModel rounds(Path folder) {
        return OnnxModel.of(Graphs.rounds(folder)).input("x", Tensor.Type.INT64).output("y").open();
    }

    private static Map<String, Tensor> x(long rounds) {
        return Map.of("x", Tensor.of(new long[]{rounds}));
    }

    /** Whether some thread is in native code that runs a model. */
    private static boolean insideOnnxRuntime() {
        return inside("ai.onnxruntime.OrtSession", "run");
    }

    private static boolean inside(String type, String method) {
        return Thread.getAllStackTraces().values().stream().flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(type) && frame.getMethodName().equals(method));
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
