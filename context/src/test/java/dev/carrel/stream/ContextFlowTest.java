package dev.carrel.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/** Signals run as the subscriber, requests as the publisher. */
@Timeout(60)
class ContextFlowTest {
    /** Notes each signal and who it came as; asks for one item at a time. */
    private static final class Noting implements Flow.Subscriber<Object> {
        private final List<String> signals = new CopyOnWriteArrayList<>();
        private final CompletableFuture<List<String>> ended = new CompletableFuture<>();
        private final int wanted;
        private Flow.@Nullable Subscription subscription;
        private int items;

        Noting(int wanted) {
            this.wanted = wanted;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            signals.add("subscribed " + who());
            subscription = given;
            given.request(1);
            signals.add("requested " + who());
        }

        @Override
        public void onNext(Object item) {
            signals.add(item + " " + who());
            Flow.Subscription from = Objects.requireNonNull(subscription);
            if (++items == wanted) {
                from.cancel();
            } else {
                from.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.getMessage() + " " + who());
            ended.complete(signals);
        }

        @Override
        public void onComplete() {
            signals.add("complete " + who());
            ended.complete(signals);
        }

        List<String> signals() throws Exception {
            return ended.get(10, TimeUnit.SECONDS);
        }
    }

    /** Sends numbers from within {@code request}, without end, and notes who it works as. */
    private static final class Counting implements Flow.Publisher<Integer> {
        private final List<String> worked = new ArrayList<>();

        @Override
        public void subscribe(Flow.Subscriber<? super Integer> subscriber) {
            worked.add("subscribe " + who());
            subscriber.onSubscribe(new Flow.Subscription() {
                private int next;

                @Override
                public void request(long count) {
                    worked.add("request " + who());
                    subscriber.onNext(next++);
                    worked.add("sent " + who());
                }

                @Override
                public void cancel() {
                    worked.add("cancel " + who());
                }
            });
        }
    }

    @Test
    void signals_come_as_the_subscriber_and_requests_and_cancels_run_as_the_publisher() throws Exception {
        var counting = new Counting();
        Flow.Publisher<Integer> alices = asAlice(() -> ContextFlow.publisher(counting));
        var bobs = new Noting(2);
        AS_BOB.run(() -> {
            alices.subscribe(bobs);
            assertThat(who()).isEqualTo("bob");
        });
        assertThat(bobs.signals).containsExactly("subscribed bob", "0 bob", "1 bob", "requested bob");
        assertThat(counting.worked).contains("subscribe alice", "request alice", "cancel alice")
                .allMatch(work -> work.endsWith(" alice"));
    }

    @Test
    void subscribers_of_different_users_at_one_publisher_each_get_their_signals_as_themselves() throws Exception {
        try (var executor = Executors.newFixedThreadPool(2);
                var source = new SubmissionPublisher<String>(executor, 8)) {
            Flow.Publisher<String> shared = ContextFlow.publisher(source);
            var alices = new Noting(100);
            var bobs = new Noting(100);
            var nobodys = new Noting(100);
            AS_ALICE.run(() -> shared.subscribe(alices));
            AS_BOB.run(() -> shared.subscribe(bobs));
            shared.subscribe(nobodys);
            AS_BOB.run(() -> source.submit("item"));
            AS_ALICE.run(source::close);
            assertThat(alices.signals()).containsExactly("subscribed alice", "requested alice", "item alice",
                    "complete alice");
            assertThat(bobs.signals()).containsExactly("subscribed bob", "requested bob", "item bob", "complete bob");
            assertThat(nobodys.signals()).containsExactly("subscribed nobody", "requested nobody", "item nobody",
                    "complete nobody");
        }
    }

    @Test
    void a_wrapped_subscriber_brings_its_context_to_a_publisher_that_knows_of_none() throws Exception {
        var bobs = new Noting(100);
        try (var source = new SubmissionPublisher<String>()) {
            source.subscribe(AS_BOB.call(() -> ContextFlow.subscriber(bobs)));
            AS_ALICE.run(() -> source.submit("item"));
            source.closeExceptionally(new IllegalStateException("broken"));
        }
        assertThat(bobs.signals()).allMatch(signal -> signal.endsWith(" bob")).contains("broken bob");
    }

    /** Takes everything and passes it on with the name of who it works as. */
    private static final class Signing extends SubmissionPublisher<String> implements Flow.Processor<String, String> {
        @Override
        public void onSubscribe(Flow.Subscription given) {
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(String item) {
            submit(item + " by " + who() + ", seen by");
        }

        @Override
        public void onError(Throwable failure) {
            closeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            close();
        }
    }

    @Test
    void a_processor_works_as_whoever_made_it_between_a_publisher_and_a_subscriber_of_others() throws Exception {
        var bobs = new Noting(100);
        try (var source = new SubmissionPublisher<String>()) {
            Flow.Processor<String, String> alices = asAlice(() -> ContextFlow.processor(new Signing()));
            AS_BOB.run(() -> alices.subscribe(bobs));
            source.subscribe(alices);
            source.submit("item");
        }
        assertThat(bobs.signals()).contains("item by alice, seen by bob", "complete bob");
    }

    @Test
    void a_publisher_that_refuses_the_same_subscriber_twice_still_does() throws Exception {
        var bobs = new Noting(100);
        try (var source = new SubmissionPublisher<String>()) {
            Flow.Publisher<String> shared = ContextFlow.publisher(source);
            AS_BOB.run(() -> {
                shared.subscribe(bobs);
                shared.subscribe(bobs);
            });
            assertThat(bobs.signals()).contains("Duplicate subscribe bob");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void a_null_is_refused_by_name() {
        assertThatNullPointerException().isThrownBy(() -> ContextFlow.publisher(null)).withMessage("source");
        assertThatNullPointerException().isThrownBy(() -> ContextFlow.subscriber(null)).withMessage("subscriber");
        assertThatNullPointerException().isThrownBy(() -> ContextFlow.processor(null)).withMessage("processor");
        assertThatNullPointerException().isThrownBy(() -> ContextFlow.publisher(new Counting()).subscribe(null))
                .withMessage("subscriber");
    }
}
