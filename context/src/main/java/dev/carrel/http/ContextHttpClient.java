package dev.carrel.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import org.jspecify.annotations.Nullable;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Boundary;
import dev.carrel.interrupt.Origin;

/**
 * An {@link HttpClient} that calls back in the context of whoever sent the request: the body's publisher, the handler and
 * subscriber of the response's body, the listener of a web socket, and what is chained to the future. The client's own
 * threads know no context, or, when one thread serves two users, only whose turn it was.
 *
 * {@snippet :
 * HttpClient client = ContextHttpClient.of(HttpClient.newHttpClient()); // one, for all users
 * client.sendAsync(request, ofString()).thenAccept(response -> store(response.body())); // as whoever is here
 * }
 *
 * <ul>
 * <li>The context is captured with each request and crosses {@link Boundary#EXECUTOR}. Nothing of it is sent: that is for
 * whoever builds the request.
 * <li>A body that is a publisher itself ({@code ofPublisher}) is subscribed to through
 * {@link dev.carrel.stream.ContextFlow#publisher}; lines and input streams are read as whoever reads them.
 * <li>The JDK calls a finisher that was given to {@code BodySubscribers.fromSubscriber} on its common pool, out of reach:
 * give it {@code Context.current().wrapFunction(finisher)} in the body's handler.
 * <li>Cookie handler, authenticator and proxy selector belong to the client and not to a request.
 * <li>Cancelling what {@code sendAsync} returned cancels the exchange.
 * </ul>
 *
 * Thread-safe. Closing it closes the client that it wraps.
 */
public final class ContextHttpClient extends HttpClient {
    private final HttpClient client;

    private ContextHttpClient(HttpClient client) {
        this.client = client;
    }

    /** A client that sends what it is given by {@code client}. Wrapping twice is wrapping once. */
    public static ContextHttpClient of(HttpClient client) {
        Objects.requireNonNull(client, "client");
        return client instanceof ContextHttpClient own ? own : new ContextHttpClient(client);
    }

    @Override
    public <T extends @Nullable Object> HttpResponse<T> send(HttpRequest request,
            HttpResponse.BodyHandler<T> responseBodyHandler) throws IOException, InterruptedException {
        Origin sender = Origin.here(Boundary.EXECUTOR);
        return client.send(ContextBodies.request(sender, request),
                ContextBodies.handler(sender, responseBodyHandler));
    }

    @Override
    public <T extends @Nullable Object> ContextFuture<HttpResponse<T>> sendAsync(HttpRequest request,
            HttpResponse.BodyHandler<T> responseBodyHandler) {
        Origin sender = Origin.here(Boundary.EXECUTOR);
        return ContextBodies.cancelling(client.sendAsync(ContextBodies.request(sender, request),
                ContextBodies.handler(sender, responseBodyHandler)));
    }

    @Override
    public <T extends @Nullable Object> ContextFuture<HttpResponse<T>> sendAsync(HttpRequest request,
            HttpResponse.BodyHandler<T> responseBodyHandler,
            HttpResponse.@Nullable PushPromiseHandler<T> pushPromiseHandler) {
        Origin sender = Origin.here(Boundary.EXECUTOR);
        return ContextBodies.cancelling(client.sendAsync(ContextBodies.request(sender, request),
                ContextBodies.handler(sender, responseBodyHandler),
                pushPromiseHandler == null ? null : ContextBodies.pushes(sender, pushPromiseHandler)));
    }

    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return new ContextWebSocketBuilder(client.newWebSocketBuilder());
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    @Override
    public void shutdown() {
        client.shutdown();
    }

    @Override
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return client.awaitTermination(duration);
    }

    @Override
    public boolean isTerminated() {
        return client.isTerminated();
    }

    @Override
    public void shutdownNow() {
        client.shutdownNow();
    }

    @Override
    public void close() {
        client.close();
    }
}
