package dev.carrel.stream;

import java.util.concurrent.Flow;

/** A subscriber and a publisher in one. */
record ContextProcessor<T, R>(ContextSubscriber<T> in, ContextPublisher<R> out) implements Flow.Processor<T, R> {
    @Override
    public void subscribe(Flow.Subscriber<? super R> subscriber) {
        out.subscribe(subscriber);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        in.onSubscribe(subscription);
    }

    @Override
    public void onNext(T item) {
        in.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
        in.onError(failure);
    }

    @Override
    public void onComplete() {
        in.onComplete();
    }
}
