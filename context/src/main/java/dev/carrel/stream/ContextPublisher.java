package dev.carrel.stream;

import java.util.Objects;
import java.util.concurrent.Flow;

import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/** Works in one context, for subscribers each of which has its own. */
record ContextPublisher<T>(Flow.Publisher<T> source, Origin publisher) implements Flow.Publisher<T> {
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Origin own = Origin.here(Boundary.EXECUTOR);
        publisher.run(() -> source.subscribe(new ContextSubscriber<>(subscriber, own, publisher)));
    }
}
