package dev.carrel.stream;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What alice makes and bob consumes wholly, in part or not at all: she does no more work than he has seen, and ends it once.
 */
class ConsumedInPartTest {
    private static final ContextKey<Object> HELD = ContextKey.of("held", Kind.TURN);

    /** What a recorder around alice's work would write down, one line for each thing. */
    private final List<String> span = new ArrayList<>();

    private Stream<Integer> made() {
        return AS_ALICE.call(() -> ContextStreams.stream(IntStream.range(0, 5).boxed()
                .peek(item -> span.add(item + " " + who())).onClose(() -> span.add("end " + who()))));
    }

    @Test
    void a_stream_that_is_consumed_wholly_has_each_item_and_ends_once() {
        try (Stream<Integer> made = made()) {
            assertThat(AS_BOB.call(made::toList)).containsExactly(0, 1, 2, 3, 4);
            AS_BOB.run(made::close);
        }
        assertThat(span).containsExactly("0 alice", "1 alice", "2 alice", "3 alice", "4 alice", "end alice");
    }

    @Test
    void one_that_is_consumed_in_part_has_the_items_that_were_seen_and_no_others() {
        try (Stream<Integer> made = made()) {
            assertThat(AS_BOB.call(() -> made.limit(2).toList())).containsExactly(0, 1);
        }
        assertThat(span).containsExactly("0 alice", "1 alice", "end alice");
    }

    @Test
    void one_that_is_pulled_one_by_one_is_never_ahead_of_who_pulls() {
        try (Stream<Integer> made = made()) {
            Iterator<Integer> pulled = made.iterator();
            AS_BOB.run(() -> {
                assertThat(pulled.next()).isEqualTo(0);
                assertThat(span).containsExactly("0 alice");
                assertThat(pulled.next()).isEqualTo(1);
            });
        }
        assertThat(span).containsExactly("0 alice", "1 alice", "end alice");
    }

    @Test
    void a_consumer_that_fails_ends_it_once_and_after_the_item_at_which_it_failed() {
        try (Stream<Integer> made = made()) {
            AS_BOB.run(() -> made.forEach(item -> {
                if (item == 1) {
                    throw new IllegalStateException("bob's");
                }
            }));
        } catch (IllegalStateException e) {
            span.add(e.getMessage());
        }
        assertThat(span).containsExactly("0 alice", "1 alice", "end alice", "bob's");
    }

    @Test
    void one_that_is_closed_unseen_did_nothing_and_ends_once() {
        made().close();
        assertThat(span).containsExactly("end alice");
    }

    /** As with any stream, nobody ends what nobody closes; but nothing holds it. */
    @Test
    void what_is_abandoned_keeps_neither_its_source_nor_its_context() {
        List<WeakReference<Object>> held = Stream.<Supplier<Object>>of(
                () -> pulled(ContextStreams.iterator(List.of(1, 2).iterator())),
                () -> pulled(ContextStreams.stream(Stream.of(1, 2)).iterator()),
                () -> ContextStreams.spliterator(List.of(1, 2).spliterator()),
                () -> ContextFlow.publisher(new Numbers()),
                () -> {
                    var seeing = new Seeing(1);
                    ContextFlow.publisher(new Numbers()).subscribe(seeing);
                    return seeing;
                }).map(abandoned -> new WeakReference<>(abandon(abandoned))).toList();
        await().pollInterval(Duration.ofMillis(10)).until(() -> {
            System.gc();
            return held.stream().allMatch(one -> one.refersTo(null));
        });
    }

    /** What is held by the context in which something is made, and left. */
    private static Object abandon(Supplier<Object> made) {
        var held = new Object();
        assertThat(Context.root().with(HELD, held).call(made::get)).isNotNull();
        return held;
    }

    private static Object pulled(Iterator<Integer> iterator) {
        assertThat(iterator.next()).isEqualTo(1);
        return iterator;
    }

    /** Makes as many numbers as it is asked for. */
    private final class Numbers implements Flow.Publisher<Integer> {
        @Override
        public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
            subscriber.onSubscribe(new Flow.Subscription() {
                private int next;

                @Override
                public void request(long count) {
                    for (long i = 0; i < count; i++) {
                        span.add(next + " " + who());
                        subscriber.onNext(next++);
                    }
                }

                @Override
                public void cancel() {
                    span.add("end " + who());
                }
            });
        }
    }

    /** Asks for some, and cancels when told to. */
    private static final class Seeing implements Flow.Subscriber<Integer> {
        private final int wanted;
        private final List<String> seen = new ArrayList<>();
        private Runnable cancel = () -> {};

        Seeing(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            cancel = subscription::cancel;
            subscription.request(wanted);
        }

        @Override
        public void onNext(Integer item) {
            seen.add(item + " " + who());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void a_subscriber_that_asks_for_two_gets_two_and_its_publisher_ends_when_it_cancels() {
        Flow.Publisher<Integer> made = AS_ALICE.call(() -> ContextFlow.publisher(new Numbers()));
        var seeing = new Seeing(2);
        AS_BOB.run(() -> made.subscribe(seeing));
        assertThat(span).containsExactly("0 alice", "1 alice");
        AS_BOB.run(() -> seeing.cancel.run());
        assertThat(seeing.seen).containsExactly("0 bob", "1 bob");
        assertThat(span).containsExactly("0 alice", "1 alice", "end alice");
    }
}
