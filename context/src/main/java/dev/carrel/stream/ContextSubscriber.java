package dev.carrel.stream;

import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/**
 * Gets its signals where it comes from and answers where the publisher does. Equal to another of the same subscriber in the same
 * context, so that a publisher which refuses one twice still finds the two equal.
 */
final class ContextSubscriber<T> implements Flow.Subscriber<T> {
    private final Flow.Subscriber<? super T> subscriber;
    private final Origin own;
    private final @Nullable Origin publisher;

    /** @param publisher null for where it calls {@code onSubscribe} */
    ContextSubscriber(Flow.Subscriber<? super T> subscriber, Origin own, @Nullable Origin publisher) {
        this.subscriber = subscriber;
        this.own = own;
        this.publisher = publisher;
    }

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

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ContextSubscriber<?> that && subscriber.equals(that.subscriber)
                && own.context().equals(that.own.context());
    }

    @Override
    public int hashCode() {
        return subscriber.hashCode();
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
