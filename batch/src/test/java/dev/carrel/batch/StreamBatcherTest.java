package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * G6, G11 and G12 for answers that come piece by piece: streams that run together have nothing of each other, end by themselves, and
 * are held up by no reader.
 */
@Timeout(60)
class StreamBatcherTest {
    private static final Attribute<Integer> POSITION = Attribute.of("position", Integer.class);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Stage stage = new Stage();
    private final TestTime time = TestTime.start();
    private final Words words = new Words();

    @AfterEach
    void stop() {
        words.gate.release(1_000_000);
        stage.close();
    }

    /** Answers with the input's words, one a step; "fails" fails there, "breaks" takes the whole step with it. */
    private static final class Words implements StreamModel<String, String> {
        /** The items of each step that ran. */
        final List<List<String>> steps = new CopyOnWriteArrayList<>();
        final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();
        final List<String> ended = new CopyOnWriteArrayList<>();
        final Set<String> wrong = ConcurrentHashMap.newKeySet();
        final List<Item<String>> seen = new CopyOnWriteArrayList<>();
        /** A permit for each step, if it is gated. */
        final Semaphore gate = new Semaphore(0);
        volatile boolean gated;
        volatile CountDownLatch hanging = new CountDownLatch(0);

        @Override
        public List<Outcome<Step<String>>> run(List<Item<String>> items) throws Exception {
            steps.add(items.stream().map(Item::input).toList());
            seen.addAll(items);
            if (Principal.find().isPresent()) {
                wrong.add("the model has a user");
            }
            if (gated) {
                gate.acquire();
            }
            boolean interrupted = false;
            CountDownLatch held = hanging;
            while (held.getCount() > 0) {
                try {
                    held.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            List<Outcome<Step<String>>> outcomes = new ArrayList<>();
            for (Item<String> item : items) {
                outcomes.add(step(item));
            }
            return outcomes;
        }

        private Outcome<Step<String>> step(Item<String> item) {
            String[] all = item.input().split(" ", -1);
            int at = item.attributes().get(POSITION).orElse(0);
            item.attributes().put(POSITION, at + 1);
            if (at >= all.length) {
                return item.ok(Step.end());
            }
            String word = all[at];
            made.computeIfAbsent(item.input(), input -> new AtomicInteger()).incrementAndGet();
            return switch (word) {
                case "fails" -> item.failed(InvalidInputException.malformed("no such word"));
                case "breaks" -> throw new IllegalStateException("secret of " + item.input());
                case "-" -> item.ok(Step.nothing());
                default -> item.ok(Step.piece(word));
            };
        }

        @Override
        public void ended(Item<String> item) {
            ended.add(item.input());
        }

        int made(String input) {
            AtomicInteger count = made.get(input);
            return count == null ? 0 : count.get();
        }
    }

    private Gated open(int maxItems) {
        return new Gated(
                StreamBatcher.of("words", words, batches -> batches.maxItems(maxItems).time(time).limit(LIMIT)),
                words);
    }

    /** A batcher whose model is free to go on when it closes: a test that fails then ends. */
    private record Gated(StreamBatcher<String, String> batcher, Words words) implements AutoCloseable {
        ModelStream<String> open(String input) {
            return batcher.open(input);
        }

        int open() {
            return batcher.open();
        }

        @Override
        public void close() {
            words.gate.release(1_000_000);
            batcher.close();
        }
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

    private static String text(String word, int times) {
        return String.join(" ", IntStream.range(0, times).mapToObj(i -> word + i).toList());
    }

    @Test
    void each_of_many_streams_gets_its_own_pieces_in_order() throws Exception {
        try (Gated batcher = open(8); stage) {
            List<Future<List<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String input = text("u" + i + "-", i % 40);
                answers.add(stage.call(Stage.of("t" + i % 7, "u" + i), () -> all(batcher.open(input))));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(answers.get(i).get()).isEqualTo(
                        i % 40 == 0 ? List.of("") : List.of(text("u" + i + "-", i % 40).split(" ", -1)));
            }
            assertThat(words.wrong).isEmpty();
            for (Item<String> item : new HashSet<>(words.seen)) {
                if (!item.input().isEmpty()) {
                    assertThat(item.input()).startsWith(Principal.of(item.context()).orElseThrow().user() + "-");
                }
            }
            Stage.becomes(batcher::open, 0);
            assertThat(words.ended).hasSize(200);
            assertThat(words.steps).anyMatch(step -> step.size() > 1).allMatch(step -> step.size() <= 8);
        }
    }

    @Test
    void a_stream_that_begins_joins_those_that_run_and_each_ends_by_itself() throws Exception {
        words.gated = true;
        try (Gated batcher = open(8); stage) {
            Future<List<String>> first = stage.call(Stage.of("school", "alice"), () -> all(batcher.open("a b c d")));
            Stage.becomes(words.steps::size, 1);
            Future<List<String>> second = stage.call(Stage.of("school", "bob"), () -> all(batcher.open("x y")));
            Stage.becomes(batcher::open, 2);
            words.gate.release(4);
            assertThat(second.get()).containsExactly("x", "y");
            assertThat(first).as("its own end is not there yet").isNotDone();
            words.gate.release(100);
            assertThat(first.get()).containsExactly("a", "b", "c", "d");
            assertThat(words.steps.get(0)).containsExactly("a b c d");
            assertThat(words.steps.get(2)).containsExactlyInAnyOrder("a b c d", "x y");
        }
    }

    @Test
    void a_reader_that_does_not_read_holds_up_nobody_and_costs_no_more_than_the_model_works_ahead() throws Exception {
        String slow = text("slow", 1_000);
        try (Gated batcher = open(8); stage) {
            ModelStream<String> unread = stage.call(Stage.of("school", "alice"), () -> batcher.open(slow)).get();
            assertThat(stage.call(Stage.of("school", "bob"), () -> all(batcher.open(text("quick", 2_000)))).get())
                    .hasSize(2_000);
            assertThat(words.made(slow)).isEqualTo(words.ahead());
            assertThat(all(unread)).as("and misses nothing").hasSize(1_000);
        }
    }

    @Test
    void what_fails_on_the_way_is_an_error_after_the_pieces_before_it_and_no_end() throws Exception {
        words.gated = true;
        try (Gated batcher = open(8); stage) {
            ModelStream<String> fails = stage.call(Stage.of("school", "alice"), () -> batcher.open("one two fails"))
                    .get();
            Future<List<String>> other = stage.call(Stage.of("school", "bob"), () -> all(batcher.open("x y z")));
            Stage.becomes(batcher::open, 2);
            words.gate.release(100);
            assertThat(fails.next()).contains("one");
            assertThat(fails.next()).contains("two");
            assertThatThrownBy(fails::next).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(fails::next).as("asked again").isInstanceOf(InvalidInputException.class);
            assertThat(other.get()).containsExactly("x", "y", "z");
        }
    }

    @Test
    void a_step_that_breaks_is_told_to_all_of_it_without_anybodys_text() throws Exception {
        words.gated = true;
        try (Gated batcher = open(8); stage) {
            ModelStream<String> mate = stage.call(Stage.of("school", "alice"), () -> batcher.open("one two three"))
                    .get();
            Stage.becomes(words.steps::size, 1);
            ModelStream<String> breaks = stage.call(Stage.of("school", "bob"), () -> batcher.open("x breaks")).get();
            words.gate.release(100);
            assertThat(breaks.next()).contains("x");
            assertThatThrownBy(breaks::next).isInstanceOf(FailedException.class).hasMessageNotContaining("secret");
            assertThatThrownBy(() -> all(mate)).isInstanceOf(FailedException.class).hasMessageNotContaining("secret");
            Stage.becomes(() -> Set.copyOf(words.ended), Set.of("one two three", "x breaks"));
        }
    }

    @Test
    void a_reader_that_leaves_is_signalled_to_the_model_and_asks_for_nothing_more() throws Exception {
        words.gated = true;
        String left = text("left", 50);
        try (Gated batcher = open(8); stage) {
            ModelStream<String> stream = stage.call(Stage.of("school", "alice"), () -> batcher.open(left)).get();
            words.gate.release();
            assertThat(stream.next()).contains("left0");
            Stage.becomes(words.steps::size, 2);
            assertThat(words.seen.getFirst().cancellation().requested()).isFalse();
            stream.close();
            assertThat(words.seen.getFirst().cancellation().requested()).isTrue();
            // It would not be ended at once: a thread of its own does that.
            await().pollDelay(Duration.ofMillis(50)).until(() -> true);
            assertThat(words.ended).as("while a step runs").isEmpty();
            words.gate.release(100);
            Stage.becomes(() -> List.copyOf(words.ended), List.of(left));
            assertThat(all(batcher.open("x"))).containsExactly("x");
            assertThat(words.made(left)).isEqualTo(2);
            assertThatThrownBy(stream::next).isInstanceOf(UnavailableException.class);
        }
    }

    @Test
    void a_deadline_ends_a_stream_while_it_runs_and_while_nobody_reads_it() throws Exception {
        Context late = Stage.of("school", "alice").withDeadline(Deadline.after(Duration.ofSeconds(2), time));
        String slow = text("slow", 100);
        try (Gated batcher = open(8); stage) {
            ModelStream<String> unread = stage.call(late, () -> batcher.open(slow)).get();
            Stage.becomes(() -> words.made(slow), words.ahead());
            time.pass(Duration.ofSeconds(2));
            Stage.becomes(() -> List.copyOf(words.ended), List.of(slow));
            assertThatThrownBy(() -> all(unread)).isInstanceOf(DeadlineException.class);
            assertThat(batcher.open()).isZero();
        }
    }

    @Test
    void what_hangs_in_a_step_is_told_at_the_limit_and_let_go_of_only_when_it_is_back() throws Exception {
        var hanging = new CountDownLatch(1);
        words.hanging = hanging;
        try (Gated batcher = open(8); stage) {
            ModelStream<String> stream = stage.call(Stage.of("school", "alice"), () -> batcher.open("a b")).get();
            Stage.becomes(words.steps::size, 1);
            time.pass(LIMIT);
            assertThatThrownBy(stream::next).isInstanceOf(DeadlineException.class);
            words.hanging = new CountDownLatch(0);
            assertThat(all(batcher.open("another runs"))).containsExactly("another", "runs");
            assertThat(words.ended).doesNotContain("a b");
            hanging.countDown();
            Stage.becomes(() -> words.ended.contains("a b"), true);
        } finally {
            hanging.countDown();
        }
    }

    @Test
    void more_streams_than_may_be_open_are_refused_and_one_that_ends_makes_room() throws Exception {
        try (var batcher = StreamBatcher.of("words", words, batches -> batches.maxWaiting(2)); stage) {
            ModelStream<String> first = batcher.open(text("a", 100));
            ModelStream<String> second = batcher.open(text("b", 100));
            assertThatThrownBy(() -> batcher.open("c")).isInstanceOf(OverloadedException.class);
            first.close();
            Stage.becomes(batcher::open, 1);
            assertThat(all(batcher.open("c"))).containsExactly("c");
            assertThat(all(second)).as("what is open gets on, however many wait").hasSize(100);
        }
    }

    @Test
    void one_user_takes_no_more_than_a_share_of_the_streams() throws Exception {
        try (var batcher = StreamBatcher.of("words", words, batches -> batches.maxWaiting(8)); stage) {
            Context greedy = Stage.of("school", "greedy");
            ModelStream<String> first = greedy.call(() -> batcher.open(text("a", 100)));
            var unused = greedy.call(() -> batcher.open(text("b", 100)));
            assertThatThrownBy(() -> greedy.call(() -> batcher.open("c"))).isInstanceOf(OverloadedException.class);
            assertThat(all(Stage.of("school", "alice").call(() -> batcher.open("c")))).containsExactly("c");
            first.close();
            Stage.becomes(batcher::open, 1);
            assertThat(all(greedy.call(() -> batcher.open("d")))).containsExactly("d");
        }
    }

    @Test
    void a_tenant_that_has_all_streams_shuts_no_other_out_and_no_step_of_either_is_kept_out() throws Exception {
        words.gated = true;
        try (stage;
                var batcher = new Gated(
                        StreamBatcher.of("words", words, batches -> batches.maxWaiting(4).maxItems(1)), words)) {
            List<Future<List<String>>> answers = new ArrayList<>();
            for (String user : List.of("s1", "s2", "s3", "s4")) {
                answers.add(stage.call(Stage.of("school", user), () -> all(batcher.open("a b c"))));
            }
            Stage.becomes(batcher::open, 4);
            assertThatThrownBy(() -> Stage.of("school", "s5").call(() -> batcher.open("a")))
                    .isInstanceOf(OverloadedException.class);
            for (String user : List.of("c1", "c2")) {
                answers.add(stage.call(Stage.of("college", user), () -> all(batcher.open("a b c"))));
            }
            Stage.becomes(batcher::open, 6);
            assertThatThrownBy(() -> Stage.of("college", "c3").call(() -> batcher.open("a")))
                    .as("all together have a bound").isInstanceOf(OverloadedException.class);
            words.gate.release(1_000);
            for (Future<List<String>> answer : answers) {
                assertThat(answer).succeedsWithin(Duration.ofSeconds(30)).asInstanceOf(InstanceOfAssertFactories.LIST)
                        .containsExactly("a", "b", "c");
            }
        }
    }

    @Test
    void a_step_that_is_missing_fails_its_own_stream_and_no_other() throws Exception {
        StreamModel<String, String> model = items -> items.stream().map(item -> item.input().equals("none")
                ? missing(item)
                : item.<Step<String>>ok(Step.last(item.input()))).toList();
        try (var batcher = StreamBatcher.of("missing", model, batches -> {}); stage) {
            for (int i = 0; i < 100; i++) {
                ModelStream<String> none = batcher.open("none");
                assertThat(all(batcher.open("x"))).containsExactly("x");
                assertThatThrownBy(() -> all(none)).isInstanceOf(FailedException.class);
            }
            assertThat(batcher.health().up()).isTrue();
            Stage.becomes(batcher::open, 0);
        }
    }

    @SuppressWarnings("NullAway") // As a model does that was compiled without it.
    private static Outcome<Step<String>> missing(Item<String> item) {
        return item.ok(null);
    }

    @Test
    void a_model_that_takes_its_time_to_let_go_holds_up_no_other_stream() throws Exception {
        var mayLetGo = new CountDownLatch(1);
        StreamModel<String, String> model = new StreamModel<>() {
            @Override
            public List<Outcome<Step<String>>> run(List<Item<String>> items) {
                return items.stream().map(item -> item.<Step<String>>ok(Step.last(item.input()))).toList();
            }

            @Override
            public void ended(Item<String> item) throws InterruptedException {
                mayLetGo.await();
            }
        };
        try (var batcher = StreamBatcher.of("slow", model, batches -> {}); stage) {
            assertThat(all(batcher.open("a"))).containsExactly("a");
            assertThat(stage.call(Context.root(), () -> all(batcher.open("b")))).succeedsWithin(Duration.ofSeconds(30))
                    .isEqualTo(List.of("b"));
            mayLetGo.countDown();
        } finally {
            mayLetGo.countDown();
        }
    }

    @Test
    void steps_are_neither_repeated_nor_tried() {
        assertThatThrownBy(() -> StreamBatcher.of("words", words, BatcherBuilder::repeatable))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("repeated");
        assertThatThrownBy(() -> StreamBatcher.of("words", words, batches -> batches.warmUp(List.of("a"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("warm-up");
    }

    @Test
    void a_step_without_a_piece_holds_up_nothing_and_an_answer_may_be_empty() throws Exception {
        StreamModel<String, String> empty = items -> items.stream().map(item -> item.<Step<String>>ok(Step.end()))
                .toList();
        try (var batcher = open(1); var none = StreamBatcher.of("none", empty, batches -> {}); stage) {
            assertThat(all(batcher.open("- a - - b -"))).containsExactly("a", "b");
            assertThat(all(none.open("x"))).isEmpty();
        }
    }

    @Test
    void what_is_open_when_the_batcher_closes_ends_with_an_error() throws Exception {
        ModelStream<String> stream;
        try (Gated batcher = open(8); stage) {
            stream = batcher.open(text("a", 100));
            Stage.becomes(() -> words.made(text("a", 100)), words.ahead());
        }
        assertThat(words.ended).as("by the time that it is closed").hasSize(1);
        assertThatThrownBy(() -> all(stream)).isInstanceOf(UnavailableException.class);
    }

    @Test
    void a_reader_can_wait_for_a_while_only() throws Exception {
        words.gated = true;
        try (Gated batcher = open(8); stage) {
            ModelStream<String> stream = batcher.open("a");
            assertThat(stream.await(Duration.ofMillis(20))).isFalse();
            words.gate.release(2);
            assertThat(stream.await(Duration.ofSeconds(30))).isTrue();
            assertThat(all(stream)).containsExactly("a");
        }
    }

    @Test
    void whoever_was_cancelled_hears_that() throws Exception {
        words.gated = true;
        try (Gated batcher = open(8); stage) {
            var source = dev.carrel.context.Cancellation.source();
            ModelStream<String> stream = source.bind(Stage.of("school", "alice")).call(() -> batcher.open("a b"));
            Stage.becomes(words.steps::size, 1);
            source.cancel("Stopped by its owner.");
            assertThatThrownBy(stream::next).isInstanceOf(CancelledException.class).hasMessage("Stopped by its owner.");
            words.gate.release(10);
            Stage.becomes(batcher::open, 0);
        }
    }

    /** Pieces that are let go of. */
    private static final class Closeable implements Iterator<String>, AutoCloseable {
        private final Iterator<String> pieces;
        final CountDownLatch closed = new CountDownLatch(1);

        Closeable(String text) {
            pieces = List.of(text.split(" ", -1)).iterator();
        }

        @Override
        public boolean hasNext() {
            return pieces.hasNext();
        }

        @Override
        public String next() {
            return pieces.next();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void an_iterator_is_a_stream_too_and_is_closed_when_its_reader_leaves() throws Exception {
        List<Closeable> begun = new CopyOnWriteArrayList<>();
        StreamModel<String, String> model = StreamModel.of(item -> {
            var pieces = new Closeable(item.input());
            begun.add(pieces);
            return pieces;
        });
        try (var batcher = StreamBatcher.of("iterators", model, batches -> batches.maxItems(2)); stage) {
            assertThat(all(batcher.open("a b c"))).containsExactly("a", "b", "c");
            batcher.open(text("x", 100)).close();
            for (Closeable pieces : begun) {
                assertThat(pieces.closed.await(30, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(begun).isNotEmpty();
        }
    }
}
