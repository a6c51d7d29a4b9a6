package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.OverloadedException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** G12: a batcher's queue is bounded and fair, and what cannot be done in time is refused at once. */
@Timeout(60)
class G12BatchTest {
    private static final Context SCHOOL = Stage.of("school", "alice");
    private static final Context COLLEGE = Stage.of("college", "bob");

    private final Stage stage = new Stage();
    private final List<BatchRecord> records = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        stage.close();
    }

    private static List<String> inputs(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + i).toList();
    }

    private static void done(List<Future<String>> calls) throws Exception {
        for (Future<String> call : calls) {
            call.get();
        }
    }

    /** What ran after the batch that was held. */
    private List<List<String>> batches() {
        return stage.batches.subList(1, stage.batches.size());
    }

    private List<Dispatch> dispatches() {
        return records.stream().skip(1).map(BatchRecord::dispatch).toList();
    }

    @Test
    void what_waits_is_served_in_the_order_in_which_it_came() throws Exception {
        List<String> inputs = inputs("s", 20);
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(8).observer(records::add)
                .start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = stage.queued(batcher, SCHOOL, inputs);
            stage.open();
            done(calls);
        }
        assertThat(batches()).containsExactly(inputs.subList(0, 8), inputs.subList(8, 16), inputs.subList(16, 20));
        assertThat(dispatches()).containsExactly(Dispatch.FULL, Dispatch.FULL, Dispatch.IDLE);
        assertThat(records.get(1).cost()).isEqualTo(8);
    }

    @Test
    void a_burst_of_one_tenant_delays_another_by_no_more_than_a_batch() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(4).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 40)));
            calls.addAll(stage.queued(batcher, COLLEGE, inputs("c", 3)));
            stage.open();
            done(calls);
        }
        assertThat(batches().get(0)).contains("c0", "c1");
        assertThat(batches().get(1)).contains("c2");
    }

    @Test
    void a_burst_that_fills_the_queue_shuts_no_other_tenant_out() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(4).maxWaiting(8).start();
                stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 8)));
            assertThat(stage.call(SCHOOL, () -> batcher.call("one more"))).failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat().havingCause().isInstanceOf(OverloadedException.class);
            calls.addAll(stage.queued(batcher, COLLEGE, inputs("c", 3)));
            stage.open();
            done(calls);
        }
        assertThat(batches().get(0)).contains("c0", "c1");
    }

    @Test
    void tenants_are_served_by_their_weight() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(6)
                .weight(tenant -> tenant.equals("college") ? 2 : 1).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 10)));
            calls.addAll(stage.queued(batcher, COLLEGE, inputs("c", 10)));
            stage.open();
            done(calls);
        }
        assertThat(batches().get(0)).containsExactly("s0", "c0", "c1", "s1", "c2", "c3");
    }

    @Test
    void callers_are_served_by_their_plan_and_a_visitor_has_none() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(6)
                .plan(principal -> principal.user().equals("pat") ? 2 : 1).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 10)));
            calls.addAll(stage.queued(batcher, Stage.of("school", "pat"), inputs("p", 10)));
            stage.open();
            done(calls);
        }
        assertThat(batches().get(0)).containsExactly("s0", "p0", "p1", "s1", "p2", "p3");
    }

    @Test
    void each_plan_of_a_tenant_has_a_line_of_its_own_beside_those_of_other_tenants() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(4)
                .plan(principal -> principal.user().equals("pat") ? 2 : 1).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 4)));
            calls.addAll(stage.queued(batcher, Stage.of("school", "pat"), inputs("p", 8)));
            calls.addAll(stage.queued(batcher, COLLEGE, inputs("c", 4)));
            stage.open();
            done(calls);
        }
        // What pat's plan earns costs neither her neighbours in the school nor the college anything of their own line.
        assertThat(batches().get(0)).containsExactly("s0", "p0", "p1", "c0");
        assertThat(batches().get(1)).containsExactly("s1", "p2", "p3", "c1");
    }

    /** An input costs as much as it is long. */
    private BatcherBuilder<String, String> byLength(long max) {
        return Batcher.of("echo", stage.echo()).maxCost(max, String::length).observer(records::add);
    }

    @Test
    void items_of_much_different_cost_run_apart_and_none_waits_longer_for_it_than_its_turn() throws Exception {
        List<String> inputs = List.of("aaaaa", "b".repeat(40), "ccccc", "dddddd", "e".repeat(42), "fffff");
        try (Batcher<String, String> batcher = byLength(200).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = stage.queued(batcher, SCHOOL, inputs);
            stage.open();
            done(calls);
        }
        assertThat(batches()).containsExactly(List.of(inputs.get(0), inputs.get(2), inputs.get(3), inputs.get(5)),
                List.of(inputs.get(1), inputs.get(4)));
        assertThat(dispatches()).containsExactly(Dispatch.COST, Dispatch.IDLE);
        assertThat(records.get(1).cost()).as("padded").isEqualTo(24);
    }

    /** What ran together of a long text and two shorter ones, once the batcher has learnt that a batch of this length takes so long. */
    private List<List<String>> learnt(ToLongFunction<Integer> millis) throws Exception {
        return learnt(millis, i -> 10 * i);
    }

    /** @param lengths of the texts that it learns from, the first to the eighth */
    private List<List<String>> learnt(ToLongFunction<Integer> millis, IntUnaryOperator lengths) throws Exception {
        TestTime time = TestTime.start();
        try (var own = new Stage();
                Batcher<String, String> batcher = Batcher.<String, String>of("learns", items -> {
                    int longest = items.stream().mapToInt(item -> length(item.input())).max().orElseThrow();
                    time.pass(Duration.ofMillis(millis.applyAsLong(longest * items.size())));
                    return items.getFirst().input().startsWith("learn")
                            ? List.of(items.getFirst().ok("learnt"))
                            : own.echo().run(items);
                }).time(time).maxCost(1_000, G12BatchTest::length).start()) {
            for (int i = 1; i <= 8; i++) {
                batcher.call("learn" + "x".repeat(lengths.applyAsInt(i)));
            }
            own.hold(batcher);
            List<Future<String>> calls = own.queued(batcher, SCHOOL,
                    List.of("a".repeat(40), "b".repeat(38), "c".repeat(20)));
            own.open();
            done(calls);
            return own.batches.stream().skip(1).map(batch -> batch.stream().map(each -> each.substring(0, 1)).toList())
                    .toList();
        }
    }

    /** What is held first, while the others gather, is like what it has learnt from. */
    private static int length(String text) {
        return text.equals("first") ? 200 : text.length();
    }

    @Test
    void how_much_padding_is_worth_it_is_learnt_from_what_batches_take() throws Exception {
        assertThat(learnt(cost -> 5 + cost)).as("a batch of its own takes as long as five more").containsExactly(
                List.of("a", "b"), List.of("c"));
        assertThat(learnt(cost -> 1_000 + cost)).as("as long as a thousand").containsExactly(List.of("a", "b", "c"));
        assertThat(learnt(cost -> 1_000L)).as("padding takes no time").containsExactly(List.of("a", "b", "c"));
        assertThat(learnt(cost -> 1_000L - cost, i -> 200 + i)).as("what hardly differs in cost tells nothing")
                .containsExactly(List.of("a", "b"), List.of("c"));
        assertThat(learnt(cost -> cost)).as("company saves nothing").containsExactly(List.of("a"), List.of("b"),
                List.of("c"));
    }

    @Test
    void a_batch_costs_no_more_than_it_may_and_what_costs_more_by_itself_runs_alone() throws Exception {
        List<String> inputs = List.of("a".repeat(10), "b".repeat(10), "c".repeat(10), "d".repeat(70), "e".repeat(10));
        try (Batcher<String, String> batcher = byLength(25).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = stage.queued(batcher, SCHOOL, inputs);
            stage.open();
            done(calls);
        }
        assertThat(batches()).containsExactly(List.of(inputs.get(0), inputs.get(1)),
                List.of(inputs.get(2), inputs.get(4)), List.of(inputs.get(3)));
    }

    @Test
    void what_must_not_run_together_does_not() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo())
                .together(item -> item.input().charAt(0)).tenantsApart().observer(records::add).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, List.of("x1", "y1", "x2")));
            calls.addAll(stage.queued(batcher, COLLEGE, List.of("x3", "y2", "x4")));
            stage.open();
            done(calls);
        }
        assertThat(batches()).containsExactlyInAnyOrder(List.of("x1", "x2"), List.of("x3", "x4"), List.of("y1"),
                List.of("y2"));
        assertThat(dispatches()).contains(Dispatch.APART);
        assertThat(records).allSatisfy(record -> assertThat(
                record.contexts().stream().map(it -> Principal.of(it).orElseThrow().tenant()).distinct()).hasSize(1));
    }

    private record Touchy() {
        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("not to be compared");
        }

        @Override
        public int hashCode() {
            return 1;
        }
    }

    @Test
    void what_cannot_be_compared_runs_apart_and_everybody_is_answered() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).together(item -> new Touchy()).start();
                stage) {
            stage.hold(batcher);
            List<Future<String>> calls = stage.queued(batcher, SCHOOL, inputs("s", 3));
            stage.open();
            done(calls);
        }
        assertThat(batches()).hasSize(3);
    }

    /** A model of which each batch takes two seconds, of the test's time. */
    private static BatcherBuilder<String, String> slow(TestTime time, BatchModel<String, String> model) {
        return Batcher.<String, String>of("slow", items -> {
            time.pass(Duration.ofSeconds(2));
            return model.run(items);
        }).time(time);
    }

    @Test
    void what_could_not_be_answered_before_its_deadline_is_refused_at_once() throws Exception {
        TestTime time = TestTime.start();
        stage.open();
        try (Batcher<String, String> batcher = slow(time, stage.echo()).start(); stage) {
            Context hurried = SCHOOL.withDeadline(Deadline.after(Duration.ofSeconds(100), time));
            for (int i = 0; i < 8; i++) {
                assertThat(hurried.call(() -> batcher.call("learn"))).isEqualTo("learn");
            }
            Context late = SCHOOL.withDeadline(Deadline.after(Duration.ofMillis(1_900), time));
            assertThatThrownBy(() -> late.call(() -> batcher.call("late"))).isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("in time").satisfies(thrown -> assertThat(((CarrelException) thrown)
                            .retryAfter()).contains(Duration.ofSeconds(2)));
            assertThat(stage.batches).hasSize(8);
            Context inTime = SCHOOL.withDeadline(Deadline.after(Duration.ofMillis(2_100), time));
            assertThat(inTime.call(() -> batcher.call("in time"))).isEqualTo("in time");
            time.pass(Duration.ofMinutes(1));
            Context anew = SCHOOL.withDeadline(Deadline.after(Duration.ofMillis(1_900), time));
            Future<String> unused = stage.call(anew, () -> batcher.call("who knows"));
            // It is tried again, whether it is in time or not.
            Stage.becomes(stage.batches::size, 10);
        }
    }

    @Test
    void the_burst_of_another_tenant_is_no_reason_to_refuse_and_ones_own_is() throws Exception {
        TestTime time = TestTime.start();
        try (Batcher<String, String> batcher = slow(time, items -> {
            if (items.getFirst().input().equals("learn")) {
                return List.of(items.getFirst().ok("learnt"));
            }
            return stage.echo().run(items);
        }).maxItems(4).start(); stage) {
            for (int i = 0; i < 8; i++) {
                batcher.call("learn");
            }
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>(stage.queued(batcher, SCHOOL, inputs("s", 40)));
            Context hers = SCHOOL.withDeadline(Deadline.after(Duration.ofSeconds(9), time));
            assertThatThrownBy(() -> hers.call(() -> batcher.call("too late"))).isInstanceOf(OverloadedException.class);
            calls.add(stage.queued(batcher, COLLEGE.withDeadline(Deadline.after(Duration.ofSeconds(9), time)), "his"));
            stage.open();
            done(calls);
        }
        assertThat(batches().getFirst()).contains("his");
    }

    @Test
    void what_waits_counts_by_what_it_costs() throws Exception {
        TestTime time = TestTime.start();
        try (Batcher<String, String> batcher = Batcher.<String, String>of("slow", items -> {
            if (items.getFirst().input().startsWith("learn")) {
                time.pass(Duration.ofMillis(10L * items.getFirst().input().length()));
                return List.of(items.getFirst().ok("learnt"));
            }
            return stage.echo().run(items);
        }).time(time).maxItems(8).maxCost(100, String::length).start(); stage) {
            for (int i = 0; i < 8; i++) {
                batcher.call("learn".repeat(1 + i));
            }
            stage.hold(batcher);
            // Twenty of 50 are ten batches of 100, a second each, and not two and a half of eight.
            List<Future<String>> calls = new ArrayList<>(
                    stage.queued(batcher, SCHOOL, inputs("s".repeat(48), 10)));
            calls.addAll(stage.queued(batcher, SCHOOL, inputs("t".repeat(48), 10)));
            Context late = SCHOOL.withDeadline(Deadline.after(Duration.ofSeconds(8), time));
            assertThat(stage.call(late, () -> batcher.call("too late"))).failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat().havingCause().isInstanceOf(OverloadedException.class)
                    .satisfies(thrown -> assertThat(((CarrelException) thrown).retryAfter().orElseThrow())
                            .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(11)));
            calls.add(stage.queued(batcher, SCHOOL.withDeadline(Deadline.after(Duration.ofSeconds(12), time)),
                    "in time"));
            stage.open();
            done(calls);
        }
    }
}
