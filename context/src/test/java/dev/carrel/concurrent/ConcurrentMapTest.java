package dev.carrel.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;

import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The concurrent map: ordered, bounded, and in the context of whoever asked for it. */
@Timeout(60)
class ConcurrentMapTest {
    private static final ContextKey<List<String>> NOTES = ContextKey.<List<String>>builder("notes", Kind.REQUEST)
            .copy(ArrayList::new).build();

    /** The two forms, which promise the same. */
    enum Form {
        COLLECTION {
            @Override
            <A, R> List<R> map(List<A> items, int limit, Function<A, R> function) {
                return Concurrent.map(items, limit, function);
            }
        },
        STREAM {
            @Override
            <A, R> List<R> map(List<A> items, int limit, Function<A, R> function) {
                return Concurrent.map(items.stream(), limit, function).toList();
            }
        };

        abstract <A, R> List<R> map(List<A> items, int limit, Function<A, R> function);
    }

    private static final List<Integer> MANY = IntStream.range(0, 200).boxed().toList();

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();

    /** Waits until it is interrupted, or for ever. */
    private String block() {
        Cancellation mine = Cancellation.current();
        begun.incrementAndGet();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            if (mine.requested()) {
                told.incrementAndGet();
            }
            interrupted.incrementAndGet();
        }
        return "";
    }

    private void awaitBegun(int count) {
        Awaitility.await().until(() -> begun.get() == count);
    }

    /** However many those are: one that begins late finds itself interrupted. */
    private void awaitAllInterrupted() {
        Awaitility.await().until(() -> begun.get() > 0 && interrupted.get() == begun.get());
        assertThat(told).hasValue(begun.get());
    }

    private void awaitInterrupted(int count) {
        try {
            Awaitility.await().until(() -> interrupted.get() == count);
        } catch (ConditionTimeoutException e) {
            assertThat(interrupted).as("how many were interrupted, after a long wait").hasValue(count);
        }
        assertThat(told).hasValue(count);
    }

    @ParameterizedTest
    @EnumSource
    void every_function_runs_as_the_caller_and_the_results_are_in_order(Form form) throws Exception {
        List<String> results = asAlice(() -> form.map(MANY, 7, item -> item + who()));
        assertThat(results).isEqualTo(MANY.stream().map(item -> item + "alice").toList());
        assertThatThrownBy(() -> results.add("")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(form.map(List.of(), 7, item -> item)).isEmpty();
    }

    @Test
    void what_the_JDK_offers_instead_loses_the_context() throws Exception {
        assertThat(asAlice(() -> MANY.stream().gather(Gatherers.mapConcurrent(7, item -> who())).toList()))
                .containsOnly("nobody");
        assertThat(asAlice(() -> MANY.parallelStream().map(item -> who()).toList()).stream()
                .filter(name -> !name.equals("nobody"))).containsOnly("alice");
    }

    @ParameterizedTest
    @EnumSource
    void at_most_so_many_run_at_once_and_so_many_do(Form form) {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var met = new CountDownLatch(3);
        form.map(MANY, 3, item -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            met.countDown();
            await(met);
            running.decrementAndGet();
            return item;
        });
        assertThat(most).hasValue(3);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_first_failure_stops_the_others_though_an_earlier_one_still_runs(Form form) {
        assertThatThrownBy(() -> form.map(MANY, 3, item -> {
            if (item == 2) {
                awaitBegun(2);
                throw new IllegalArgumentException("the third");
            }
            return block();
        })).isInstanceOf(IllegalArgumentException.class).hasMessage("the third");
        awaitInterrupted(2);
        assertThat(begun).hasValue(2);
    }

    @ParameterizedTest
    @EnumSource
    void an_interrupt_of_the_caller_stops_all(Form form) throws Exception {
        var failure = new CompletableFuture<Throwable>();
        var still = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                form.map(MANY, 3, item -> block());
            } catch (CancelledException e) {
                still.set(Thread.currentThread().isInterrupted());
                failure.complete(e);
            }
        });
        awaitBegun(3);
        caller.interrupt();
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessageContaining("interrupted");
        assertThat(still).isTrue();
        awaitInterrupted(3);
        assertThat(begun).hasValue(3);
    }

    @ParameterizedTest
    @EnumSource
    void the_owner_of_the_work_stops_all(Form form) throws Exception {
        var owner = Cancellation.source();
        Thread stops = Thread.ofVirtual().start(() -> {
            awaitBegun(3);
            owner.cancel("enough");
        });
        assertThatThrownBy(() -> owner.bind(Context.root()).call(() -> form.map(MANY, 3, item -> block())))
                .isInstanceOf(CancelledException.class).hasMessageContaining("enough");
        awaitInterrupted(3);
        stops.join();
    }

    @ParameterizedTest
    @EnumSource
    void the_deadline_stops_all(Form form) {
        Context hurried = Context.root().withDeadline(Deadline.after(Duration.ofMillis(200)));
        assertThatThrownBy(() -> hurried.call(() -> form.map(MANY, 3, item -> block())))
                .isInstanceOf(DeadlineException.class);
        awaitAllInterrupted();
        assertThat(begun).hasValueLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void a_function_that_does_not_listen_holds_up_nobody(Form form) {
        var release = new CountDownLatch(1);
        var deaf = new CountDownLatch(1);
        var ended = new CountDownLatch(1);
        try {
            assertThatThrownBy(() -> form.map(List.of(1, 2), 2, item -> {
                if (item == 2) {
                    await(deaf);
                    throw new IllegalArgumentException("the second");
                }
                deaf.countDown();
                boolean released = false;
                while (!released) {
                    try {
                        release.await();
                        released = true;
                    } catch (InterruptedException e) {
                        interrupted.incrementAndGet();
                    }
                }
                ended.countDown();
                return item;
            })).hasMessage("the second");
            assertThat(ended.getCount()).isEqualTo(1);
        } finally {
            release.countDown();
        }
    }

    @Test
    void a_stream_made_by_one_user_and_consumed_by_another_maps_for_the_first_and_hands_over_to_the_second()
            throws Exception {
        Stream<String> made = asAlice(() -> Concurrent.map(MANY.stream(), 3, item -> who()));
        List<String> consumers = new ArrayList<>();
        List<String> results = AS_BOB.call(() -> made.peek(item -> consumers.add(who())).toList());
        assertThat(results).hasSize(MANY.size()).containsOnly("alice");
        assertThat(consumers).hasSize(MANY.size()).containsOnly("bob");
    }

    @Test
    void a_stream_that_is_not_read_to_its_end_stops_what_runs_ahead() {
        var first = new CountDownLatch(2);
        int found = Concurrent.map(Stream.iterate(0, i -> i + 1), 3, item -> {
            first.countDown();
            if (item > 0) {
                block();
            } else {
                await(first);
            }
            return item;
        }).findFirst().orElseThrow();
        assertThat(found).isZero();
        awaitAllInterrupted();
    }

    @Test
    void a_consumer_that_fails_stops_what_runs() {
        assertThatThrownBy(() -> Concurrent.map(MANY.stream(), 3, item -> {
            if (item > 0) {
                return block();
            }
            // Not before: the consumer would be there while nothing runs.
            awaitBegun(2);
            return "";
        }).forEach(item -> {
            throw new IllegalStateException("the consumer");
        })).hasMessage("the consumer");
        awaitInterrupted(2);
    }

    /** A gatherer is not told of that. */
    @Test
    void a_stream_whose_source_fails_leaves_what_runs_to_the_cancellation_of_its_context() {
        Cancellation.Source source = Cancellation.source();
        Stream<Integer> failing = Stream.of(1, 2).peek(item -> {
            if (item == 2) {
                awaitBegun(1);
                throw new IllegalStateException("the source");
            }
        });
        source.bind(Context.root())
                .run(() -> assertThatThrownBy(() -> Concurrent.map(failing, 3, item -> block()).toList())
                        .hasMessage("the source"));
        assertThat(interrupted).hasValue(0);
        source.cancel("no longer wanted");
        awaitInterrupted(1);
    }

    @Test
    void a_source_that_fails_stops_what_runs() {
        Iterable<Integer> fails = () -> MANY.stream().peek(item -> {
            if (item == 2) {
                awaitBegun(2);
                throw new IllegalStateException("the source");
            }
        }).iterator();
        assertThatThrownBy(() -> Concurrent.map(fails, 3, item -> block())).hasMessage("the source");
        awaitInterrupted(2);
    }

    @ParameterizedTest
    @EnumSource
    void each_item_has_a_copy_of_its_own(Form form) {
        Context context = Context.root().with(NOTES, new ArrayList<>(List.of("first")));
        assertThat(context.call(() -> form.map(List.of("a", "b"), 2, item -> {
            Context.current().get(NOTES).add(item);
            return List.copyOf(Context.current().get(NOTES));
        }))).containsExactly(List.of("first", "a"), List.of("first", "b"));
        assertThat(context.get(NOTES)).containsExactly("first");
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void what_makes_no_sense_is_refused_with_the_reason(Form form) {
        for (int limit : List.of(0, -1)) {
            assertThatIllegalArgumentException().isThrownBy(() -> form.map(MANY, limit, item -> item))
                    .withMessageContaining("maxConcurrency was " + limit);
        }
        assertThatNullPointerException().isThrownBy(() -> form.map(MANY, 1, null)).withMessage("function");
        assertThatNullPointerException().isThrownBy(() -> Concurrent.map((List<String>) null, 1, item -> item))
                .withMessage("items");
    }
}
