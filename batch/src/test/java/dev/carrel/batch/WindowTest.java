package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Batches that wait for company, and for how long. */
@Timeout(60)
class WindowTest {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final BatchModel<String, String> ECHO = items -> items.stream().map(item -> item.ok(item.input()))
            .toList();

    private final Stage stage = new Stage();
    private final TestTime time = TestTime.start();
    private final BlockingQueue<BatchRecord> batches = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() {
        stage.close();
    }

    private BatcherBuilder<String, String> echo() {
        return Batcher.of("echo", ECHO).time(time).observer(batches::add);
    }

    private BatchRecord batch() throws InterruptedException {
        BatchRecord batch = batches.poll(30, TimeUnit.SECONDS);
        assertThat(batch).isNotNull();
        return batch;
    }

    /** What may run with any other; counts how often it was asked. */
    private record Kin(AtomicInteger asked) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Kin && asked.incrementAndGet() > 0;
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    /** Waits until a worker has an item in hand, and waits for more. */
    private void waitsForCompany() {
        Stage.becomes(time::timers, 1);
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
        var joined = new AtomicInteger();
        try (Batcher<String, String> batcher = echo().together(item -> new Kin(joined)).window(Duration.ofSeconds(1))
                .start(); stage) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            waitsForCompany();
            time.pass(Duration.ofMillis(999));
            Future<String> second = stage.call(Stage.of("school", "bob"), () -> batcher.call("b"));
            Stage.becomes(joined::get, 1);
            assertThat(first.isDone() || second.isDone()).isFalse();
            time.pass(Duration.ofMillis(1));
            assertThat(first.get()).isEqualTo("a");
            assertThat(second.get()).isEqualTo("b");
            BatchRecord batch = batch();
            assertThat(batch.size()).isEqualTo(2);
            assertThat(batch.dispatch()).isEqualTo(Dispatch.WINDOW);
            assertThat(batch.waited()).isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void the_window_counts_from_when_an_item_came_and_not_from_when_a_worker_was_free() throws Exception {
        BatchModel<String, String> held = stage.echo();
        try (Batcher<String, String> batcher = Batcher.of("echo", held).time(time).window(Duration.ofMillis(1))
                .observer(batches::add).start(); stage) {
            stage.hold(batcher, () -> {
                waitsForCompany();
                time.pass(Duration.ofMillis(1));
            });
            Future<String> late = stage.queued(batcher, Stage.of("school", "alice"), "late");
            time.pass(Duration.ofMillis(5));
            stage.open();
            Stage.becomes(() -> late.isDone() || time.timers() > 0, true);
            int windows = time.timers();
            time.pass(LONG);
            assertThat(late.get()).isEqualTo("late");
            assertThat(windows).as("windows that were waited for").isZero();
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
        try (Batcher<String, String> batcher = echo().window(LONG)
                .tenantsApart()
                .maxItems(2).start(); stage) {
            Future<String> first = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            waitsForCompany();
            Future<String> other = stage.call(Stage.of("firm", "bob"), () -> batcher.call("b"));
            assertThat(first.get()).isEqualTo("a");
            assertThat(batch().dispatch()).isEqualTo(Dispatch.APART);
            Future<String> third = stage.call(Stage.of("firm", "carol"), () -> batcher.call("c"));
            assertThat(other.get() + third.get()).isEqualTo("bc");
        }
    }

    @Test
    void a_window_takes_no_more_than_half_of_the_time_that_a_caller_has() throws Exception {
        Context hurried = Stage.of("school", "alice").withDeadline(Deadline.after(Duration.ofSeconds(3), time));
        try (Batcher<String, String> batcher = echo().window(LONG).start(); stage) {
            Future<String> call = stage.call(hurried, () -> batcher.call("a"));
            // The timer of its deadline, and that of what it waits.
            Stage.becomes(time::timers, 2);
            time.pass(Duration.ofMillis(1_500));
            assertThat(call.get()).isEqualTo("a");
        }
    }

    @Test
    void closing_ends_the_waiting() throws Exception {
        Future<String> call;
        try (Batcher<String, String> batcher = echo().window(LONG).start()) {
            call = stage.call(Stage.of("school", "alice"), () -> batcher.call("a"));
            waitsForCompany();
        }
        assertThat(call.get()).isEqualTo("a");
    }

    @Test
    void a_window_that_is_no_use_is_refused() {
        assertThatThrownBy(() -> echo().window(LONG).limit(LONG).start()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("window");
        assertThatThrownBy(() -> echo().window(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
