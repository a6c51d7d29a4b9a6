package dev.carrel.http;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;
import dev.carrel.interrupt.Origin;
import dev.carrel.stream.ContextFlow;

/** What an HTTP client calls back for one request, in the context of whoever sent it. */
final class ContextBodies {
    private ContextBodies() {}

    /** The same request, the body of which is published as its sender. */
    static HttpRequest request(Origin sender, HttpRequest request) {
        Objects.requireNonNull(request, "request");
        return request.bodyPublisher().map(body -> HttpRequest.newBuilder(request, (name, value) -> true)
                .method(request.method(), sender.call(() -> new Published(sender, body, ContextFlow.publisher(body))))
                .build())
                .orElse(request);
    }

    private record Published(Origin sender, HttpRequest.BodyPublisher body, Flow.Publisher<ByteBuffer> publisher)
            implements
                HttpRequest.BodyPublisher {
        @Override
        public long contentLength() {
            return sender.call(body::contentLength);
        }

        @Override
        public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
            publisher.subscribe(subscriber);
        }
    }

    static <T extends @Nullable Object> HttpResponse.BodyHandler<T> handler(Origin sender,
            HttpResponse.BodyHandler<T> handler) {
        Objects.requireNonNull(handler, "responseBodyHandler");
        return response -> sender.call(() -> {
            HttpResponse.BodySubscriber<T> subscriber = handler.apply(response);
            return new Subscribed<>(sender, subscriber, ContextFlow.subscriber(subscriber));
        });
    }

    private record Subscribed<T extends @Nullable Object>(Origin sender, HttpResponse.BodySubscriber<T> body,
            Flow.Subscriber<List<ByteBuffer>> subscriber) implements HttpResponse.BodySubscriber<T> {
        @Override
        public CompletionStage<T> getBody() {
            return sender.call(body::getBody);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            subscriber.onNext(item);
        }

        @Override
        public void onError(Throwable throwable) {
            subscriber.onError(throwable);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
        }
    }

    static <T extends @Nullable Object> HttpResponse.PushPromiseHandler<T> pushes(Origin sender,
            HttpResponse.PushPromiseHandler<T> handler) {
        return (initiating, promised, acceptor) -> sender.run(() -> handler.applyPushPromise(initiating, promised,
                body -> ContextFuture.of(acceptor.apply(handler(sender, body)))));
    }

    /** A future of ours for one of the client, which is cancelled with it. */
    static <T extends @Nullable Object> ContextFuture<T> cancelling(CompletableFuture<T> exchange) {
        ContextFuture<T> future = ContextFuture.of(exchange);
        var unused = Context.root().call(() -> future.whenComplete((value, failure) -> {
            if (future.isCancelled()) {
                exchange.cancel(true);
            }
        }));
        return future;
    }
}
