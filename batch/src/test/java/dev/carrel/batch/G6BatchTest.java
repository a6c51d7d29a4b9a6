package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * G6: in a batch each item keeps its own context; the batch code itself has no user; one item's failure, text included,
 * reaches only its caller.
 */
@Timeout(60)
class G6BatchTest {
    private static final Authority AUTHORITY = Authority.named("test");

    private static Context of(String user) {
        return AUTHORITY.bind(Context.root(), AUTHORITY.user("school", user, user, Set.of()));
    }

    private static <O> Future<O> call(ExecutorService threads, String user, Callable<O> task) {
        return threads.submit(of(user).wrap(task));
    }

    /** Holds the first batch until the others wait, so that these run together. */
    private static final class Held implements AutoCloseable {
        final CountDownLatch first = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        void pass() throws InterruptedException {
            first.countDown();
            open.await();
        }

        @Override
        public void close() {
            open.countDown();
        }
    }

    @Test
    void each_item_has_the_context_of_its_caller_and_the_model_has_none() throws Exception {
        var held = new Held();
        List<Boolean> rooted = new CopyOnWriteArrayList<>();
        List<BatchRecord> records = new CopyOnWriteArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    rooted.add(Context.current().isRoot() && Principal.find().isEmpty());
                    List<Outcome<String>> outcomes = new ArrayList<>();
                    for (Item<String> item : items) {
                        outcomes.add(item.ok(Principal.of(item.context()).orElseThrow().user() + ": " + item.input()));
                    }
                    Collections.shuffle(outcomes, new Random(items.size()));
                    return outcomes;
                }).observer(records::add).start();
                held) {
            List<Future<String>> answers = new ArrayList<>();
            answers.add(call(threads, "user0", () -> batcher.call("When is my exam?")));
            held.first.await();
            for (int i = 1; i < 20; i++) {
                answers.add(call(threads, "user" + i, () -> batcher.call("When is my exam?")));
            }
            await().until(() -> batcher.waiting() == 19);
            held.open.countDown();
            for (int i = 0; i < 20; i++) {
                assertThat(answers.get(i).get()).isEqualTo("user" + i + ": When is my exam?");
            }
        }
        assertThat(rooted).containsExactly(true, true);
        assertThat(records).extracting(BatchRecord::size).containsExactly(1, 19);
        assertThat(records.get(1).contexts()).extracting(context -> Principal.of(context).orElseThrow().user())
                .doesNotHaveDuplicates();
    }

    @Test
    void two_tenants_in_one_batch_are_apart_also_under_one_users_id() throws Exception {
        var held = new Held();
        List<String> together = new CopyOnWriteArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    List<String> askers = items.stream()
                            .map(item -> Principal.of(item.context()).orElseThrow().toString()).toList();
                    together.add(String.valueOf(askers.stream().sorted().toList()));
                    return IntStream.range(0, items.size()).mapToObj(i -> items.get(i).ok(askers.get(i))).toList();
                }).start();
                held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            List<Future<String>> answers = Stream.of("college", "school").map(tenant -> threads.submit(AUTHORITY
                    .bind(Context.root(), AUTHORITY.user(tenant, "alice", "Alice", Set.of()))
                    .wrap(() -> batcher.call("When is my exam?") + " for " + Principal.current()))).toList();
            await().until(() -> batcher.waiting() == 2);
            held.open.countDown();
            assertThat(first.get()).isEqualTo("school/first");
            assertThat(answers.get(0).get()).isEqualTo("college/alice for college/alice");
            assertThat(answers.get(1).get()).isEqualTo("school/alice for school/alice");
        }
        assertThat(together).containsExactly("[school/first]", "[college/alice, school/alice]");
    }

    @Test
    void one_items_failure_is_its_callers_alone() throws Exception {
        var held = new Held();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    return items.stream().map(item -> switch (item.input()) {
                        case "known" -> item.<String>failed(InvalidInputException.field("text", "bob said 4711"));
                        case "unknown" -> item.<String>failed(new IllegalStateException("bob said 4711"));
                        default -> item.ok(item.input());
                    }).toList();
                }).start();
                held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            Future<String> alice = call(threads, "alice", () -> batcher.call("fine"));
            Future<String> bob = call(threads, "bob", () -> batcher.call("known"));
            Future<String> carol = call(threads, "carol", () -> batcher.call("unknown"));
            await().until(() -> batcher.waiting() == 3);
            held.open.countDown();
            assertThat(first.get()).isEqualTo("first");
            assertThat(alice.get()).isEqualTo("fine");
            assertThatThrownBy(bob::get).cause().isInstanceOf(InvalidInputException.class).hasMessage("bob said 4711");
            assertThatThrownBy(carol::get).cause().isInstanceOf(FailedException.class)
                    .satisfies(thrown -> assertThat(CarrelException.publicMessage(thrown)).doesNotContain("4711"));
        }
    }

    /** What a model can get wrong as a whole. */
    enum Wrong {
        THROWS, ERROR, KNOWN, NULL, TOO_FEW, TWICE, FOREIGN, NULL_OUTCOME
    }

    @SuppressWarnings("NullAway")
    private static List<Outcome<String>> wrong(Wrong kind, List<Item<String>> items) throws Exception {
        List<Outcome<String>> outcomes = new ArrayList<>();
        items.forEach(item -> outcomes.add(item.ok(item.input())));
        switch (kind) {
            case THROWS -> throw new IllegalStateException("all inputs: " + items.stream().map(Item::input).toList());
            case ERROR -> throw new StackOverflowError("all inputs: secret 4711");
            case KNOWN -> throw InvalidInputException.field("text", "secret 4711");
            case NULL -> {
                return null;
            }
            case TOO_FEW -> outcomes.removeFirst();
            case TWICE -> outcomes.set(0, items.getLast().ok("secret 4711"));
            case FOREIGN -> outcomes.set(0, new Item<>("foreign", Context.root(), new Attributes()).ok("secret 4711"));
            case NULL_OUTCOME -> outcomes.set(0, null);
        }
        return outcomes;
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void what_fails_as_a_whole_says_nothing_to_any_caller_and_the_worker_goes_on(Wrong kind) throws Exception {
        var held = new Held();
        List<BatchRecord> records = new CopyOnWriteArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    return items.size() == 1
                            ? List.of(items.getFirst().ok(items.getFirst().input()))
                            : wrong(kind, items);
                }).observer(records::add).start();
                held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            Future<String> alice = call(threads, "alice", () -> batcher.call("secret 4711 of alice"));
            Future<String> bob = call(threads, "bob", () -> batcher.call("secret 4711 of bob"));
            await().until(() -> batcher.waiting() == 2);
            held.open.countDown();
            assertThat(first.get()).isEqualTo("first");
            for (Future<String> each : List.of(alice, bob)) {
                assertThatThrownBy(each::get).cause().isInstanceOf(FailedException.class).satisfies(thrown -> {
                    assertThat(String.valueOf(thrown.getMessage())).doesNotContain("4711");
                    assertThat(Optional.ofNullable(thrown.getCause())).isEmpty();
                });
            }
            assertThat(records.get(1).failure()).isPresent();
            assertThat(call(threads, "alice", () -> batcher.call("afterwards")).get()).isEqualTo("afterwards");
        }
    }

    @Test
    void a_caller_that_is_interrupted_leaves_the_queue_and_the_others_are_answered() throws Exception {
        var held = new Held();
        List<String> seen = new CopyOnWriteArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    items.forEach(item -> seen.add(item.input()));
                    return items.stream().map(item -> item.ok(item.input())).toList();
                }).start();
                held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            var interrupted = new CompletableFuture<Boolean>();
            Thread leaving = Thread.ofVirtual().start(of("alice").wrap(() -> {
                try {
                    batcher.call("leaves");
                    interrupted.complete(false);
                } catch (InterruptedException e) {
                    interrupted.complete(true);
                }
            }));
            await().until(() -> batcher.waiting() == 1);
            Future<String> stays = call(threads, "bob", () -> batcher.call("stays"));
            await().until(() -> batcher.waiting() == 2);
            leaving.interrupt();
            assertThat(interrupted.get()).isTrue();
            assertThat(batcher.waiting()).isEqualTo(1);
            held.open.countDown();
            assertThat(first.get()).isEqualTo("first");
            assertThat(stays.get()).isEqualTo("stays");
            assertThat(seen).containsExactly("first", "stays");
        }
    }

    @Test
    void a_full_queue_refuses_at_once_and_says_when_to_come_again() throws Exception {
        var held = new Held();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
                    held.pass();
                    return items.stream().map(item -> item.ok(item.input())).toList();
                }).maxItems(2).maxWaiting(3).start();
                held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int n = i;
                waiting.add(call(threads, "user" + i, () -> batcher.call("w" + n)));
            }
            await().until(() -> batcher.waiting() == 3);
            assertThatThrownBy(() -> of("late").call(() -> batcher.call("one too many")))
                    .isInstanceOf(OverloadedException.class)
                    .satisfies(thrown -> assertThat(((CarrelException) thrown).retryAfter()).isPresent());
            held.open.countDown();
            assertThat(first.get()).isEqualTo("first");
            for (int i = 0; i < 3; i++) {
                assertThat(waiting.get(i).get()).isEqualTo("w" + i);
            }
        }
    }

    @Test
    void what_waits_when_it_closes_is_answered_and_what_comes_later_refused() throws Exception {
        var held = new Held();
        Batcher<String, String> batcher = Batcher.<String, String>of("answer", items -> {
            held.pass();
            return items.stream().map(item -> item.ok(item.input())).toList();
        }).start();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor(); held) {
            Future<String> first = call(threads, "first", () -> batcher.call("first"));
            held.first.await();
            Future<String> waits = call(threads, "alice", () -> batcher.call("waits"));
            await().until(() -> batcher.waiting() == 1);
            var closing = CompletableFuture.runAsync(batcher::close);
            await().until(() -> refused(batcher));
            held.open.countDown();
            assertThat(first.get()).isEqualTo("first");
            assertThat(waits.get()).isEqualTo("waits");
            closing.get(10, TimeUnit.SECONDS);
            batcher.close();
        }
    }

    /** Whether the batcher is closed; what was still taken is taken back. */
    private static boolean refused(Batcher<String, String> batcher) {
        Thread.currentThread().interrupt();
        try {
            batcher.call("late");
            return false;
        } catch (UnavailableException e) {
            return true;
        } catch (InterruptedException e) {
            return false;
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void an_observer_that_fails_harms_no_caller() throws Exception {
        try (Batcher<String, String> batcher = Batcher
                .<String, String>of("answer", items -> items.stream().map(item -> item.ok(item.input())).toList())
                .observer(batch -> {
                    Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
                    if (batch.number() % 2 == 0) {
                        throw new IllegalStateException("observer");
                    }
                    throw new AssertionError("observer");
                }).start()) {
            for (String input : List.of("one", "two", "three")) {
                assertThat(Objects.requireNonNull(batcher.call(input))).isEqualTo(input);
            }
        }
    }

    @Test
    void when_a_batch_fails_as_a_whole_only_the_culprit_does_if_the_model_may_run_again() throws Exception {
        List<BatchRecord> records = new CopyOnWriteArrayList<>();
        var stage = new Stage();
        try (Batcher<String, String> batcher = Batcher.of("fragile", stage.then(items -> {
            if (items.stream().anyMatch(item -> item.input().startsWith("bad"))) {
                throw new IllegalStateException("all inputs: " + items.stream().map(Item::input).toList());
            }
            return items.stream().map(item -> item.ok(Principal.of(item.context()).orElseThrow().user()))
                    .toList();
        })).repeatable().observer(records::add).start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 13; i++) {
                calls.add(stage.queued(batcher, of("user" + i), i == 5 || i == 11 ? "bad " + i : "good"));
            }
            stage.open();
            for (int i = 0; i < 13; i++) {
                if (i == 5 || i == 11) {
                    assertThatThrownBy(calls.get(i)::get).cause().isInstanceOf(FailedException.class)
                            .satisfies(thrown -> assertThat(Optional.ofNullable(thrown.getCause())).isEmpty())
                            .message().doesNotContain("inputs");
                } else {
                    assertThat(calls.get(i)).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("user" + i);
                }
            }
        }
        assertThat(records.get(1).failure()).isPresent();
        assertThat(records.subList(2, records.size())).extracting(BatchRecord::dispatch).containsOnly(Dispatch.RETRY);
    }

    @Test
    void a_model_that_is_down_altogether_is_not_asked_again_and_again() throws Exception {
        var stage = new Stage();
        try (Batcher<String, String> batcher = Batcher.of("down", stage.then(items -> {
            throw new IllegalStateException("down");
        })).maxItems(500).repeatable().start(); stage) {
            stage.hold(batcher);
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                calls.add(stage.call(of("user" + i), () -> batcher.call("any")));
            }
            await().until(() -> batcher.waiting() == 200);
            stage.open();
            for (Future<String> call : calls) {
                assertThatThrownBy(call::get).cause().isInstanceOf(FailedException.class);
            }
            assertThat(stage.batches.size()).isLessThanOrEqualTo(2 + 64);
        }
    }

    @Test
    void what_a_step_notes_on_an_item_is_on_no_other() {
        Attribute<String> seen = Attribute.of("seen", String.class);
        Attribute<String> other = Attribute.of("seen", String.class);
        var one = new Item<>("one", Context.root(), new Attributes()).attributes();
        var two = new Item<>("two", Context.root(), new Attributes()).attributes();
        one.put(seen, "alice");
        assertThat(one.get(seen)).contains("alice");
        assertThat(one.get(other)).as("an attribute is itself, and not its name").isEmpty();
        assertThat(two.get(seen)).isEmpty();
        one.put(seen, "alice again");
        assertThat(one.get(seen)).contains("alice again");
    }

    private static final Attribute<String> STEPS = Attribute.of("steps", String.class);

    /** What every step of two hundred callers notes, beside all the others. */
    @Test
    void two_hundred_callers_who_note_something_in_each_step_find_only_their_own() throws Exception {
        List<String> wrong = new CopyOnWriteArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Batcher<String, String> batcher = Batcher
                        .<String, String>of("steps", items -> items.stream().map(item -> {
                            String user = Principal.of(item.context()).orElseThrow().user();
                            if (!item.attributes().get(STEPS).equals(Optional.of("decoded for " + user))) {
                                wrong.add(user + " found " + item.attributes().get(STEPS));
                            }
                            item.attributes().put(STEPS, "predicted for " + user);
                            return item.ok(user);
                        }).toList()).workers(2).start()) {
            List<Future<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String user = "user" + i;
                calls.add(call(threads, user, () -> {
                    for (int round = 0; round < 20; round++) {
                        var attributes = new Attributes();
                        if (attributes.get(STEPS).isPresent()) {
                            wrong.add(user + " began with " + attributes.get(STEPS));
                        }
                        attributes.put(STEPS, "decoded for " + user);
                        String answer = batcher.call(user, attributes);
                        if (!answer.equals(user)
                                || !attributes.get(STEPS).equals(Optional.of("predicted for " + user))) {
                            wrong.add(user + " was told " + answer + ", " + attributes.get(STEPS));
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> call : calls) {
                call.get();
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void each_worker_is_set_up_on_its_own_thread_before_its_first_batch_and_a_failure_is_told_at_the_start() {
        List<Thread> ready = new CopyOnWriteArrayList<>();
        List<Thread> ran = new CopyOnWriteArrayList<>();
        var model = new BatchModel<String, String>() {
            @Override
            public void setup() {
                ready.add(Thread.currentThread());
                if (ready.size() == 3) {
                    throw new IllegalStateException("no model file");
                }
            }

            @Override
            public List<Outcome<String>> run(List<Item<String>> items) {
                ran.add(Thread.currentThread());
                return items.stream().map(item -> item.ok(item.input())).toList();
            }
        };
        try (Batcher<String, String> batcher = Batcher.of("ready", model).workers(2).start()) {
            assertThat(ready).hasSize(2).doesNotHaveDuplicates();
            assertThat(Objects.requireNonNull(batcher.health()).up()).isTrue();
            assertThat(call(batcher)).isEqualTo("any");
            assertThat(ready).containsAll(ran);
        }
        assertThatThrownBy(() -> Batcher.of("ready", model).workers(1).start())
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("no model file");
    }

    private static String call(Batcher<String, String> batcher) {
        try {
            return batcher.call("any");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
