package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Batches that wait for company, and for how long. */
@Timeout(60)
class WindowTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final BatchModel<String, String> ECHO = items -> items.stream().map(item -> item.ok(item.input()))
            .toList();

    private final Stage stage = new Stage();
    private final BlockingQueue<BatchRecord> batches = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        stage.close();
    }

    private BatcherBuilder<String, String> echo() {
        return Batcher.of("echo", ECHO).observer(batches::add);
    }

    private BatchRecord batch() throws InterruptedException {
        BatchRecord batch = batches.poll(30, TimeUnit.SECONDS);
        assertThat(batch).isNotNull();
        return batch;
    }

    /** Waits until the worker of this batcher has an item in hand, and waits for more: idle, it waits without a limit. */
    private static void waitsForCompany(String batcher) {
        Stage.becomes(() -> Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("batch-" + batcher)
                        && thread.getState() == Thread.State.TIMED_WAITING),
                true);
    }

    @Test
    void a_batch_that_is_full_waits_no_longer_whatever_the_window() throws Exception {
        try (Batcher<String, String> batcher = echo().window(LONG).maxItems(3).start(); stage) {
            List<Future<String>> calls = new ArrayList<>();
            for (String input : List.of("a", "b", "c")) {
                calls.add(stage.call(Stage.of("school", input), () -> batcher.call(input)));
            }
            for (Future<String> call : calls) {
                assertThat(call.get()).isNotEmpty();
            }
            BatchRecord batch = batch();
            assertThat(batch.size()).isEqualTo(3);
            assertThat(batch.dispatch()).isEqualTo(Dispatch.FULL);
        }
    }

    @Test
    void who_comes_within_the_window_runs_in_the_same_batch_and_then_it_runs() throws Exception {
        try (Batcher<String, String> batcher = echo().window(Duration.ofSeconds(1)).start(); stage) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            Future<String> second = stage.call(Stage.of("school", "bob"), () -> batcher.call("b"));
            assertThat(first.get()).isEqualTo("a");
            assertThat(second.get()).isEqualTo("b");
            BatchRecord batch = batch();
            assertThat(batch.size()).isEqualTo(2);
            assertThat(batch.dispatch()).isEqualTo(Dispatch.WINDOW);
            assertThat(batch.waited()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void the_window_counts_from_when_an_item_came_and_not_from_when_a_worker_was_free() throws Exception {
        BatchModel<String, String> held = stage.echo();
        try (Batcher<String, String> batcher = Batcher.of("echo", held).window(Duration.ofMillis(1))
                .observer(batches::add).start(); stage) {
            stage.hold(batcher);
            Future<String> late = stage.queued(batcher, Stage.of("school", "alice"), "late");
            TimeUnit.MILLISECONDS.sleep(5);
            stage.open();
            assertThat(late.get()).isEqualTo("late");
            batch();
            assertThat(batch().dispatch()).as("its window was over before").isEqualTo(Dispatch.IDLE);
        }
    }

    @Test
    void of_several_workers_one_gathers_company_and_the_others_take_none_of_it() throws Exception {
        try (Batcher<String, String> batcher = echo().window(LONG).maxItems(2).workers(2).start(); stage) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            Stage.becomes(() -> first.isDone() || batcher.waiting() == 0, true);
            Future<String> second = stage.call(Stage.of("school", "bob"), () -> batcher.call("b"));
            assertThat(first.get() + second.get()).isEqualTo("ab");
            assertThat(batch().size()).isEqualTo(2);
        }
    }

    @Test
    void what_may_not_join_ends_the_waiting_as_it_waits_itself() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("apart", ECHO).observer(batches::add).window(LONG)
                .tenantsApart()
                .maxItems(2).start(); stage) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            waitsForCompany("apart");
            Future<String> other = stage.call(Stage.of("firm", "bob"), () -> batcher.call("b"));
            assertThat(first.get()).isEqualTo("a");
            assertThat(batch().dispatch()).isEqualTo(Dispatch.APART);
            Future<String> third = stage.call(Stage.of("firm", "carol"), () -> batcher.call("c"));
            assertThat(other.get() + third.get()).isEqualTo("bc");
        }
    }

    @Test
    void a_window_takes_no_more_than_half_of_the_time_that_a_caller_has() throws Exception {
        Context hurried = Stage.of("school", "alice")
                .withDeadline(Deadline.after(Duration.ofSeconds(3), TimeSource.system()));
        try (Batcher<String, String> batcher = echo().window(LONG).start(); stage) {
            assertThat(stage.call(hurried, () -> batcher.call("a")).get()).isEqualTo("a");
        }
    }

    @Test
    void closing_ends_the_waiting() throws Exception {
        Future<String> call;
        try (Batcher<String, String> batcher = Batcher.of("closing", ECHO).window(LONG).start()) {
            call = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            Stage.becomes(() -> Thread.getAllStackTraces().keySet().stream()
                    .anyMatch(thread -> thread.getName().startsWith("batch-closing")
                            && thread.getState() == Thread.State.TIMED_WAITING),
                    true);
        }
        assertThat(call).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void a_window_that_is_no_use_is_refused() {
        assertThatThrownBy(() -> echo().window(LONG).limit(LONG).start()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("window");
        assertThatThrownBy(() -> echo().window(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
