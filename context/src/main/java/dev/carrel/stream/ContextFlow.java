package dev.carrel.stream;

import java.util.Objects;
import java.util.concurrent.Flow;

import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/**
 * Publishers and subscribers that may belong to different users. A subscriber's signals ({@code onSubscribe},
 * {@code onNext}, {@code onError}, {@code onComplete}) run in the context in which it subscribed or was wrapped;
 * {@code request} and {@code cancel} run in the publisher's. An interrupt of the work that sends a signal does not reach a
 * subscriber of another work, nor the other way round.
 *
 * {@snippet :
 * Flow.Publisher<Event> events = ContextFlow.publisher(log); // its work, as whoever is here
 * events.subscribe(view); // the view's signals, as whoever is here
 * }
 *
 * Crosses {@link Boundary#EXECUTOR}, once for each publisher and each subscription. As thread-safe as what is wrapped.
 */
public final class ContextFlow {
    private ContextFlow() {}

    /**
     * {@code source}, to which each subscriber subscribes in its own context, and of which {@code subscribe}, and each
     * {@code request} and {@code cancel}, run in the context of this call.
     */
    public static <T> Flow.Publisher<T> publisher(Flow.Publisher<T> source) {
        return new ContextPublisher<>(Objects.requireNonNull(source, "source"), Origin.here(Boundary.EXECUTOR));
    }

    /**
     * {@code subscriber}, whose signals run in the context of this call, whichever publisher sends them. What it requests
     * runs in the context in which the publisher called {@code onSubscribe}.
     */
    public static <T> Flow.Subscriber<T> subscriber(Flow.Subscriber<? super T> subscriber) {
        return new ContextSubscriber<>(Objects.requireNonNull(subscriber, "subscriber"), Origin.here(Boundary.EXECUTOR),
                null);
    }

    /** {@code processor}, which works in the context of this call; its subscribers have their own. */
    public static <T, R> Flow.Processor<T, R> processor(Flow.Processor<T, R> processor) {
        Objects.requireNonNull(processor, "processor");
        Origin own = Origin.here(Boundary.EXECUTOR);
        return new ContextProcessor<>(new ContextSubscriber<>(processor, own, null),
                new ContextPublisher<>(processor, own));
    }
}
