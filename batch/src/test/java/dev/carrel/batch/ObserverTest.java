package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.error.CancelledException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What observers of a batcher are told, and that they harm nobody. */
@Timeout(60)
class ObserverTest {
    private static final Context ALICE = Stage.of("school", "alice");
    private static final Context BOB = Stage.of("college", "bob");
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Stage stage = new Stage();
    private final TestTime time = TestTime.start();
    private final Told told = new Told();
    private final CountDownLatch hung = new CountDownLatch(1);
    private final CountDownLatch hanging = new CountDownLatch(1);

    @AfterEach
    void stop() {
        hanging.countDown();
        stage.close();
    }

    /** Notes what it is told, of whom, and whether it was told in anybody's context. */
    private static class Told implements BatchObserver {
        final List<String> all = new CopyOnWriteArrayList<>();
        final List<BatchRecord> batches = new CopyOnWriteArrayList<>();
        final List<String> wrong = new CopyOnWriteArrayList<>();

        void note(Context caller, String what) {
            if (!Context.current().isRoot() || Principal.find().isPresent()) {
                wrong.add(what);
            }
            all.add(Principal.of(caller).orElseThrow().user() + " " + what);
        }

        @Override
        public void ran(BatchRecord batch) {
            batches.add(batch);
        }

        @Override
        public void refused(String batcher, Context caller, Refusal reason) {
            note(caller, "refused " + reason);
        }

        @Override
        public void began(String batcher, Context caller, Duration after) {
            note(caller, "began");
        }

        @Override
        public void answered(String batcher, Context caller, Ending how, Duration took) {
            note(caller, how.toString());
        }

        @Override
        public void encoded(String batcher, Context caller, Duration took) {
            note(caller, "encoded");
        }
    }

    /** Throws whenever it is told anything. */
    private static final class Broken extends Told {
        private final Supplier<Error> thrown;

        Broken(Supplier<Error> thrown) {
            this.thrown = thrown;
        }

        @Override
        void note(Context caller, String what) {
            throw quiet();
        }

        @Override
        public void ran(BatchRecord batch) {
            throw quiet();
        }

        private Error quiet() {
            Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
            return thrown.get();
        }
    }

    /** Answers piece by piece with the input's words; the word "fails" fails. */
    private static StreamModel<String, String> words() {
        return StreamModel.of(item -> List.of(item.input().split(" ", -1)).stream().map(word -> {
            if (word.equals("fails")) {
                throw new IllegalStateException(word);
            }
            return word;
        }).iterator());
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
    void observers_that_throw_lose_no_answer_and_nothing_that_another_is_told() {
        var batches = new CopyOnWriteArrayList<BatchRecord>();
        var assertion = new Broken(AssertionError::new);
        var overflow = new Broken(StackOverflowError::new);
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).observer(assertion).observer(told)
                .observer(batches::add).observer(overflow).start();
                StreamBatcher<String, String> streams = StreamBatcher.of("words", words(),
                        builder -> builder.observer(overflow).observer(told).observer(assertion))) {
            stage.open();
            for (String input : List.of("one", "two")) {
                assertThat(stage.call(ALICE, () -> batcher.call(input))).succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo(input);
            }
            for (String input : List.of("a b", "c")) {
                assertThat(stage.call(BOB, () -> all(streams.open(input)))).succeedsWithin(Duration.ofSeconds(30))
                        .isEqualTo(List.of(input.split(" ")));
            }
            await().untilAsserted(() -> assertThat(told.all).containsExactlyInAnyOrder("alice OK", "alice OK",
                    "bob began", "bob OK", "bob began", "bob OK"));
        }
        assertThat(batches).hasSize(2);
        assertThat(told.batches).hasSize(2 + 5);
    }

    @Test
    void whoever_is_told_of_a_call_or_a_stream_is_told_in_nobodys_context() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).observer(told).start();
                StreamBatcher<String, String> streams = StreamBatcher.of("words", words(),
                        builder -> builder.observer(told))) {
            stage.open();
            assertThat(ALICE.call(() -> batcher.call("one"))).isEqualTo("one");
            ALICE.run(() -> batcher.observer().encoded("echo", Context.current(), Duration.ofMillis(1)));
            assertThat(BOB.call(() -> all(streams.open("a b")))).containsExactly("a", "b");
            await().untilAsserted(() -> assertThat(told.all).containsExactly("alice OK", "alice encoded", "bob began",
                    "bob OK"));
        }
        assertThat(told.wrong).isEmpty();
    }

    @Test
    void what_is_asked_is_refused_or_answered_and_told_once() throws Exception {
        BatchModel<String, String> model = stage.then(items -> items.stream().<Outcome<String>>map(
                item -> item.input().equals("fails") ? item.failed(new IllegalStateException("it does")) : item.ok("x"))
                .toList());
        Batcher<String, String> batcher = Batcher.of("once", model).maxWaiting(3).observer(told).start();
        try (batcher; stage) {
            stage.hold(batcher);
            Future<String> ok = stage.queued(batcher, ALICE, "fine");
            Future<String> failed = stage.queued(batcher, BOB, "fails");
            Cancellation.Source source = Cancellation.source();
            Future<String> left = stage.queued(batcher, source.bind(Stage.of("school", "carol")), "left");
            assertThatThrownBy(() -> Stage.of("school", "dave").call(() -> batcher.callAll(List.of("1", "2"))))
                    .isInstanceOf(OverloadedException.class);
            assertThat(told.all).containsExactly("dave refused QUEUE_FULL", "dave refused QUEUE_FULL");
            source.cancel("Stopped.");
            assertThatThrownBy(left::get).cause().isInstanceOf(CancelledException.class);
            assertThat(told.all).as("told before its caller goes on").last().isEqualTo("carol CANCELLED");
            stage.open();
            assertThat(ok.get()).isEqualTo("x");
            assertThat(failed).failsWithin(Duration.ofSeconds(30));
            stage.first();
        }
        assertThatThrownBy(() -> ALICE.call(() -> batcher.call("late"))).isInstanceOf(UnavailableException.class);
        assertThat(told.all).hasSize(7).contains("alice OK", "bob FAILED", "first OK").last()
                .isEqualTo("alice refused CLOSED");
    }

    /** Hears no interrupt, as native code. */
    private void deaf() {
        hung.countDown();
        while (hanging.getCount() > 0) {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                // As native code does.
            }
        }
    }

    @Test
    void what_cannot_be_in_time_and_what_finds_all_workers_hanging_is_told_by_its_reason() throws Exception {
        Batcher<String, String> batcher = Batcher.<String, String>of("slow", items -> {
            if (items.getFirst().input().equals("hang")) {
                deaf();
            }
            time.pass(Duration.ofSeconds(2));
            return items.stream().map(item -> item.ok("x")).toList();
        }).limit(LIMIT).maxAbandoned(0).time(time).observer(told).start();
        try (batcher; stage) {
            for (int i = 0; i < 8; i++) {
                assertThat(stage.call(ALICE, () -> batcher.call("learn"))).succeedsWithin(Duration.ofSeconds(30));
            }
            Context hurried = BOB.withDeadline(Deadline.after(Duration.ofSeconds(1), time));
            assertThatThrownBy(() -> hurried.call(() -> batcher.call("late"))).isInstanceOf(OverloadedException.class);
            assertThat(told.all).hasSize(9).last().isEqualTo("bob refused TOO_LATE");
            Future<String> hangs = stage.call(ALICE, () -> batcher.call("hang"));
            hung.await();
            Future<String> waits = stage.queued(batcher, BOB, "waits");
            time.pass(LIMIT);
            assertThat(hangs).failsWithin(Duration.ofSeconds(30));
            assertThat(waits).failsWithin(Duration.ofSeconds(30));
            assertThatThrownBy(() -> BOB.call(() -> batcher.call("down"))).isInstanceOf(UnavailableException.class);
            hanging.countDown();
            assertThat(told.all).hasSize(12).contains("alice FAILED", "bob FAILED").last()
                    .isEqualTo("bob refused DOWN");
        }
    }

    @Test
    void a_stream_ends_once_for_its_observers_whatever_its_end() throws Exception {
        try (StreamBatcher<String, String> streams = StreamBatcher.of("words", words(),
                builder -> builder.maxWaiting(1).observer(told)); stage) {
            ModelStream<String> unread = ALICE.call(() -> streams.open("a ".repeat(100)));
            assertThatThrownBy(() -> BOB.call(() -> streams.open("b"))).isInstanceOf(OverloadedException.class);
            await().until(() -> told.all.contains("alice began"));
            unread.close();
            await().until(() -> told.all.size() == 3);
            assertThat(told.all).containsExactlyInAnyOrder("bob refused TOO_MANY_STREAMS", "alice began",
                    "alice CANCELLED");
            assertThatThrownBy(() -> BOB.call(() -> all(streams.open("fails")))).isInstanceOf(Exception.class);
            await().until(() -> told.all.size() == 4);
            assertThat(told.all).last().isEqualTo("bob FAILED");
        }
    }
}
