package dev.carrel.benchmarks.soak;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.carrel.stream.ContextFlow;
import dev.carrel.stream.ContextStreams;

/** What one user yields, element by element, another consumes: an errand of the one, then an errand of the other. */
final class StreamHops implements AutoCloseable {
    private final ExecutorService pool;

    StreamHops(Watched watched) {
        pool = watched.pool("soak-flow-", 2, 10_000);
    }

    List<Hop> all() {
        return List.of(new Hop("stream, consumed by another", round -> {
            Stream<User> stream = ContextStreams.stream(round.each(round::user).stream().map(user -> round.errand()));
            User other = round.another();
            other.context().run(() -> stream.forEach(user -> round.errandFor(other)));
        }), new Hop("iterator, the same", round -> {
            Iterator<User> source = round.each(round::user).stream().map(user -> round.errand()).iterator();
            Iterator<User> iterator = ContextStreams.iterator(source);
            User other = round.another();
            other.context().run(() -> iterator.forEachRemaining(user -> round.errandFor(other)));
        }), new Hop("flow: signals and requests between two", round -> {
            Flow.Publisher<User> publisher = ContextFlow.publisher(subscriber -> publish(round, subscriber));
            subscribe(round, publisher, () -> {});
        }), new Hop("flow: a publisher with threads", round -> {
            try (var source = new SubmissionPublisher<User>(pool, Round.SIZE)) {
                subscribe(round, ContextFlow.publisher(source), () -> round.each(() -> source.submit(round.user())));
            }
        }));
    }

    /** Yields as it is asked, on the thread that asks. */
    private static void publish(Round round, Flow.Subscriber<? super User> subscriber) {
        subscriber.onSubscribe(new Flow.Subscription() {
            private int left = Round.SIZE;

            @Override
            public void request(long count) {
                for (long i = 0; i < count && left > 0; i++) {
                    left--;
                    subscriber.onNext(round.errand());
                }
            }

            @Override
            public void cancel() {
                left = 0;
            }
        });
    }

    /** As another user, who asks for one element after the other; then sets the source off as the round's. */
    private static void subscribe(Round round, Flow.Publisher<User> publisher, Runnable start) throws Exception {
        User other = round.another();
        CountDownLatch done = new CountDownLatch(Round.SIZE);
        other.context().run(() -> publisher.subscribe(new Each(round, other, done)));
        start.run();
        round.await(done);
    }

    private static final class Each implements Flow.Subscriber<User> {
        private final Round round;
        private final User user;
        private final CountDownLatch done;
        private Flow.@Nullable Subscription subscription;

        Each(Round round, User user, CountDownLatch done) {
            this.round = round;
            this.user = user;
            this.done = done;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            round.errandFor(user);
            subscription = given;
            given.request(1);
        }

        @Override
        public void onNext(User item) {
            round.errandFor(user);
            done.countDown();
            Flow.Subscription from = subscription;
            if (from != null) {
                from.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            throw new IllegalStateException("nothing fails here", failure);
        }

        @Override
        public void onComplete() {
            round.errandFor(user);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
