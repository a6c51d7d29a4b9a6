package dev.carrel.integrations.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.batch.BatchModel;
import dev.carrel.batch.BatchRecord;
import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Dispatch;
import dev.carrel.batch.Ending;
import dev.carrel.batch.ModelStream;
import dev.carrel.batch.Outcome;
import dev.carrel.batch.Refusal;
import dev.carrel.batch.Step;
import dev.carrel.batch.StreamBatcher;
import dev.carrel.batch.StreamModel;
import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The meters of real batchers, on clocks that the test drives. */
@Timeout(60)
class BatchMetersTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final Context ALICE = of("school", "alice");
    private static final Context BOB = of("college", "bob");

    private final TestTime time = TestTime.start();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchMeters meters = BatchMeters.of(registry);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    @AfterEach
    void stop() {
        open.countDown();
        threads.close();
        registry.close();
    }

    private static Context of(String tenant, String user) {
        return AUTHORITY.bind(Context.root(), AUTHORITY.user(tenant, user, "Name of " + user, Set.of()));
    }

    private <T> Future<T> call(Context context, Callable<T> task) {
        return threads.submit(context.wrap(task));
    }

    /** Calls, and waits until that waits behind what was called before. */
    private Future<String> queued(Batcher<String, String> batcher, Context context, String input) {
        int before = batcher.waiting();
        Future<String> call = call(context, () -> batcher.call(input));
        await().until(() -> batcher.waiting() == before + 1);
        return call;
    }

    /** Takes 30 milliseconds for a batch; "held" is held before that until the test opens, "fails" fails, "breaks" breaks its batch. */
    private BatchModel<String, String> answers() {
        return items -> {
            if (items.getFirst().input().equals("held")) {
                held.countDown();
                open.await();
            }
            time.pass(Duration.ofMillis(30));
            List<Outcome<String>> outcomes = new ArrayList<>();
            for (var item : items) {
                switch (item.input()) {
                    case "breaks" -> throw new IllegalStateException(item.input());
                    case "fails" -> outcomes.add(item.failed(new IllegalStateException(item.input())));
                    default -> outcomes.add(item.ok(item.input()));
                }
            }
            return outcomes;
        };
    }

    private BatcherBuilder<String, String> answering() {
        return Batcher.of("answer", answers()).time(time).observer(meters);
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }

    private static void is(Timer timer, long count, double totalMillis) {
        assertThat(timer.count()).as("%s", timer.getId()).isEqualTo(count);
        assertThat(timer.totalTime(TimeUnit.MILLISECONDS)).as("%s", timer.getId()).isEqualTo(totalMillis);
    }

    private double count(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    private Set<String> tags(String key) {
        return registry.getMeters().stream().map(meter -> meter.getId().getTag(key)).filter(tag -> tag != null)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void each_number_is_right_for_a_known_course_of_calls() throws Exception {
        try (Batcher<String, String> batcher = answering().maxWaiting(3).start()) {
            Future<String> first = call(ALICE, () -> batcher.call("held"));
            held.await();
            Future<String> second = queued(batcher, ALICE, "fine");
            Future<String> third = queued(batcher, BOB, "fine");
            Future<String> fourth = queued(batcher, BOB, "fails");
            assertThatThrownBy(() -> BOB.call(() -> batcher.call("one too many")))
                    .isInstanceOf(OverloadedException.class);
            time.pass(Duration.ofMillis(20));
            open.countDown();
            for (Future<String> ok : List.of(first, second, third)) {
                assertThat(ok).succeedsWithin(Duration.ofSeconds(30));
            }
            assertThat(fourth).failsWithin(Duration.ofSeconds(30));
        }
        is(timer("carrel.batch.queue", "model", "answer", "tenant", "school"), 2, 50);
        is(timer("carrel.batch.queue", "model", "answer", "tenant", "college"), 2, 100);
        is(timer("carrel.batch.assemble", "model", "answer"), 2, 0);
        is(timer("carrel.batch.predict", "model", "answer"), 2, 80);
        assertThat(registry.get("carrel.batch.size").tag("model", "answer").summary().count()).isEqualTo(2);
        assertThat(registry.get("carrel.batch.size").summary().totalAmount()).isEqualTo(4);
        assertThat(registry.get("carrel.batch.size").summary().max()).isEqualTo(3);
        assertThat(count("carrel.batch.dispatched", "model", "answer", "reason", "idle")).isEqualTo(2);
        assertThat(count("carrel.batch.items", "model", "answer", "tenant", "school", "outcome", "ok")).isEqualTo(2);
        assertThat(count("carrel.batch.items", "tenant", "college", "outcome", "ok")).isEqualTo(1);
        assertThat(count("carrel.batch.items", "tenant", "college", "outcome", "failed")).isEqualTo(1);
        assertThat(count("carrel.batch.refused", "model", "answer", "tenant", "college", "reason", "queue_full"))
                .isEqualTo(1);
        // Whoever was in the first batch may notice only while the second runs: of those the time is not certain.
        assertThat(timer("carrel.batch.answer", "model", "answer", "tenant", "school", "outcome", "ok").count())
                .isEqualTo(2);
        is(timer("carrel.batch.answer", "model", "answer", "tenant", "college", "outcome", "ok"), 1, 80);
        is(timer("carrel.batch.answer", "model", "answer", "tenant", "college", "outcome", "failed"), 1, 80);
        assertThat(registry.getMeters()).as("and there is no other").hasSize(13);
    }

    @Test
    void waiting_for_company_is_assembling_and_no_time_in_the_queue() throws Exception {
        try (Batcher<String, String> batcher = answering().window(Duration.ofHours(1)).maxItems(2).start()) {
            Future<String> first = call(ALICE, () -> batcher.call("a"));
            // The timer of what it waits for company.
            await().until(() -> time.timers() == 1);
            time.pass(Duration.ofMillis(5));
            assertThat(call(BOB, () -> batcher.call("b"))).succeedsWithin(Duration.ofSeconds(30));
            assertThat(first).succeedsWithin(Duration.ofSeconds(30));
        }
        is(timer("carrel.batch.assemble"), 1, 5);
        is(timer("carrel.batch.queue", "tenant", "school"), 1, 0);
        is(timer("carrel.batch.queue", "tenant", "college"), 1, 0);
        assertThat(count("carrel.batch.dispatched", "reason", "full")).isEqualTo(1);
    }

    @Test
    void a_batch_that_is_run_again_in_halves_counts_as_batches_but_its_items_have_waited_once() throws Exception {
        try (Batcher<String, String> batcher = answering().repeatable().start()) {
            Future<String> first = call(ALICE, () -> batcher.call("held"));
            held.await();
            Future<String> fine = queued(batcher, ALICE, "fine");
            Future<String> breaks = queued(batcher, ALICE, "breaks");
            open.countDown();
            assertThat(first).succeedsWithin(Duration.ofSeconds(30));
            assertThat(fine).succeedsWithin(Duration.ofSeconds(30));
            assertThat(breaks).failsWithin(Duration.ofSeconds(30));
        }
        is(timer("carrel.batch.predict"), 4, 120);
        is(timer("carrel.batch.queue"), 3, 60);
        is(timer("carrel.batch.assemble"), 2, 0);
        assertThat(count("carrel.batch.dispatched", "reason", "retry")).isEqualTo(2);
        assertThat(count("carrel.batch.items", "outcome", "ok")).isEqualTo(2);
        assertThat(count("carrel.batch.items", "outcome", "failed")).isEqualTo(1);
    }

    /** Takes 10 milliseconds a step, and makes a piece with every second. */
    private StreamModel<String, String> writes() {
        StreamModel<String, String> words = StreamModel.of(item -> List.of("", "one", "", "two").iterator());
        return items -> {
            time.pass(Duration.ofMillis(10));
            List<Outcome<Step<String>>> outcomes = new ArrayList<>();
            for (var outcome : words.run(items)) {
                boolean empty = outcome instanceof Outcome.Ok<Step<String>> ok
                        && ok.value().piece().equals(Optional.of(""));
                outcomes.add(empty ? new Outcome.Ok<>(outcome.item(), Step.nothing()) : outcome);
            }
            return outcomes;
        };
    }

    private static List<String> all(ModelStream<String> stream) throws InterruptedException {
        List<String> pieces = new ArrayList<>();
        try (stream) {
            for (Optional<String> piece = stream.next(); piece.isPresent(); piece = stream.next()) {
                pieces.add(piece.get());
            }
        }
        return pieces;
    }

    @Test
    void of_a_stream_its_first_piece_is_timed_and_it_ends_once_whatever_its_steps() throws Exception {
        try (StreamBatcher<String, String> batcher = StreamBatcher.of("write", writes(),
                builder -> builder.maxWaiting(1).time(time).observer(meters))) {
            assertThat(ALICE.call(() -> all(batcher.open("Tell me.")))).containsExactly("one", "two");
            await().untilAsserted(() -> assertThat(
                    count("carrel.batch.items", "model", "write", "tenant", "school", "outcome", "ok")).isEqualTo(1));
            is(timer("carrel.stream.first", "model", "write", "tenant", "school"), 1, 20);
            is(timer("carrel.batch.predict", "model", "write"), 5, 50);
            is(timer("carrel.batch.queue", "model", "write", "tenant", "school"), 5, 0);
        }
        assertThat(count("carrel.batch.items", "model", "write")).as("once").isEqualTo(1);
        is(timer("carrel.batch.answer", "model", "write", "tenant", "school", "outcome", "ok"), 1, 50);
    }

    /** Of a batcher whose only worker hangs, and hears no interrupt. */
    private void refusedWhileDown() throws Exception {
        var hung = new CountDownLatch(1);
        var back = new CountDownLatch(1);
        try (Batcher<String, String> batcher = Batcher.<String, String>of("deaf", items -> {
            hung.countDown();
            while (back.getCount() > 0) {
                try {
                    back.await();
                } catch (InterruptedException e) {
                    // As native code does.
                }
            }
            return List.of();
        }).time(time).limit(Duration.ofSeconds(5)).maxAbandoned(0).observer(meters).start()) {
            Future<String> hangs = call(ALICE, () -> batcher.call("hang"));
            hung.await();
            time.pass(Duration.ofSeconds(5));
            assertThat(hangs).failsWithin(Duration.ofSeconds(30));
            assertThatThrownBy(() -> ALICE.call(() -> batcher.call("down"))).isInstanceOf(UnavailableException.class);
        } finally {
            back.countDown();
        }
    }

    @Test
    void a_refusal_of_each_reason_is_counted_once() throws Exception {
        Batcher<String, String> batcher = answering().maxWaiting(1).start();
        try (batcher; StreamBatcher<String, String> streams = StreamBatcher.of("write", items -> {
            open.await();
            return items.stream().map(item -> item.<Step<String>>ok(Step.end())).toList();
        }, builder -> builder.maxWaiting(1).observer(meters))) {
            for (int i = 0; i < 8; i++) {
                assertThat(call(ALICE, () -> batcher.call("learn"))).succeedsWithin(Duration.ofSeconds(30));
            }
            Context hurried = ALICE.withDeadline(Deadline.after(Duration.ofMillis(29), time));
            assertThatThrownBy(() -> hurried.call(() -> batcher.call("late"))).isInstanceOf(OverloadedException.class);

            ModelStream<String> unread = ALICE.call(() -> streams.open("a"));
            assertThatThrownBy(() -> ALICE.call(() -> streams.open("b"))).isInstanceOf(OverloadedException.class);
            unread.close();

            Future<String> unused = call(ALICE, () -> batcher.call("held"));
            held.await();
            Future<String> waits = queued(batcher, ALICE, "waits");
            assertThatThrownBy(() -> ALICE.call(() -> batcher.call("full"))).isInstanceOf(OverloadedException.class);
            open.countDown();
            assertThat(waits).succeedsWithin(Duration.ofSeconds(30));
        }
        assertThatThrownBy(() -> ALICE.call(() -> batcher.call("closed"))).isInstanceOf(UnavailableException.class);
        refusedWhileDown();
        for (Refusal reason : Refusal.values()) {
            String text = reason.name().toLowerCase(Locale.ROOT);
            assertThat(registry.get("carrel.batch.refused").tag("reason", text).counters()).as(text)
                    .satisfiesExactly(counter -> assertThat(counter.count()).isEqualTo(1));
        }
    }

    @Test
    void a_thousand_tenants_make_no_more_meters_than_the_bound_and_lose_no_count() throws Exception {
        BatchModel<String, String> echo = items -> items.stream().map(item -> item.ok(item.input())).toList();
        Batcher<String, String> batcher = Batcher.of("echo", echo).observer(meters).start();
        try (batcher) {
            for (int i = 0; i < 1_000; i++) {
                of("tenant" + i, "user").call(() -> batcher.call("x"));
            }
        }
        for (int i = 999; i >= 0; i--) {
            Context late = of("tenant" + i, "user");
            assertThatThrownBy(() -> late.call(() -> batcher.call("late"))).isInstanceOf(UnavailableException.class);
        }
        assertThat(tags("tenant")).hasSize(51).contains("tenant0", "tenant49", "other");
        assertThat(registry.getMeters()).hasSize(4 * 51 + 4);
        for (String meter : List.of("carrel.batch.items", "carrel.batch.refused")) {
            assertThat(count(meter, "tenant", "tenant7")).isEqualTo(1);
            assertThat(count(meter, "tenant", "other")).isEqualTo(950);
        }
    }

    @Test
    void no_tag_tells_of_a_user_or_of_what_was_asked() throws Exception {
        try (Batcher<String, String> batcher = answering().start();
                StreamBatcher<String, String> streams = StreamBatcher.of("write", writes(),
                        builder -> builder.time(time).observer(meters))) {
            for (int i = 0; i < 20; i++) {
                Context who = of("school", "canary" + i);
                assertThat(who.call(() -> batcher.call("canary text"))).isEqualTo("canary text");
                assertThatThrownBy(() -> who.call(() -> batcher.call("fails"))).isInstanceOf(Exception.class);
                assertThat(who.call(() -> all(streams.open("canary text")))).hasSize(2);
            }
            await().until(() -> streams.open() == 0);
        }
        Set<String> expected = new TreeSet<>(Set.of("answer", "write", "school"));
        for (Enum<?>[] values : List.<Enum<?>[]>of(Dispatch.values(), Refusal.values(), Ending.values())) {
            for (Enum<?> value : values) {
                expected.add(value.name().toLowerCase(Locale.ROOT));
            }
        }
        assertThat(registry.getMeters()).isNotEmpty().flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getValue).isSubsetOf(expected);
        assertThat(registry.getMeters()).extracting(Meter::getId).extracting(Meter.Id::getName)
                .allMatch(name -> name.startsWith("carrel."));
    }

    @Test
    void nobodys_work_and_a_tenant_who_takes_a_reserved_name_have_no_label_of_another() {
        meters.answered("answer", Context.root(), Ending.OK, Duration.ZERO);
        meters.answered("answer", of("none", "mallory"), Ending.OK, Duration.ZERO);
        meters.answered("answer", of("other", "mallory"), Ending.OK, Duration.ZERO);
        assertThat(count("carrel.batch.items", "tenant", "none")).isEqualTo(1);
        assertThat(count("carrel.batch.items", "tenant", "other")).isEqualTo(2);
        assertThatThrownBy(() -> BatchMeters.of(registry, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_registry_that_fails_loses_no_answer_and_nothing_that_another_observer_is_told() throws Exception {
        var broken = new SimpleMeterRegistry();
        broken.config().onMeterAdded(meter -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            throw new AssertionError("no more meters");
        });
        List<BatchRecord> batches = new CopyOnWriteArrayList<>();
        try (Batcher<String, String> batcher = Batcher.of("answer", answers()).time(time)
                .observer(BatchMeters.of(broken)).observer(batches::add).observer(meters).start()) {
            for (int i = 0; i < 3; i++) {
                assertThat(call(ALICE, () -> batcher.call("fine"))).succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo("fine");
            }
        }
        assertThat(batches).hasSize(3);
        assertThat(count("carrel.batch.items", "outcome", "ok")).isEqualTo(3);
    }
}
