package dev.carrel.stream;

import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/**
 * Gets its signals in one context and answers in the publisher's. A record, so that a publisher which refuses the same
 * subscriber twice still finds the two equal.
 *
 * @param publisher null for where it calls {@code onSubscribe}
 */
record ContextSubscriber<T>(Flow.Subscriber<? super T> subscriber, Origin own,
        @Nullable Origin publisher) implements Flow.Subscriber<T> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        Origin theirs = publisher == null ? Origin.here(Boundary.EXECUTOR) : publisher;
        own.run(() -> subscriber.onSubscribe(new ContextSubscription(subscription, theirs)));
    }

    @Override
    public void onNext(T item) {
        own.run(() -> subscriber.onNext(item));
    }

    @Override
    public void onError(Throwable failure) {
        own.run(() -> subscriber.onError(failure));
    }

    @Override
    public void onComplete() {
        own.run(subscriber::onComplete);
    }

    /** What the subscriber asks for is the publisher's work. */
    private record ContextSubscription(Flow.Subscription subscription, Origin publisher) implements Flow.Subscription {
        @Override
        public void request(long count) {
            publisher.run(() -> subscription.request(count));
        }

        @Override
        public void cancel() {
            publisher.run(subscription::cancel);
        }
    }
}
