package dev.carrel.stream;

import java.util.Objects;
import java.util.concurrent.Flow;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;

/** Works in one context, for subscribers each of which has its own. */
record ContextPublisher<T>(Flow.Publisher<T> source, Context publisher) implements Flow.Publisher<T> {
    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        Context own = Context.current().across(Boundary.EXECUTOR);
        publisher.run(() -> source.subscribe(new ContextSubscriber<>(subscriber, own, publisher)));
    }
}
