package dev.carrel.integrations.reactor;

import java.util.Objects;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import dev.carrel.context.Boundary;
import dev.carrel.context.Context;
import dev.carrel.integrations.micrometer.CarrelThreadLocalAccessor;

/**
 * Carrel contexts in Reactor: a subscriber's context is current in every operator above it, across thread switches.
 *
 * {@snippet :
 * ReactorContexts.install(); // once, at start
 *
 * context.call(() -> flux.map(x -> Principal.current()).collectList().block()); // captured by block()
 * flux.contextWrite(ReactorContexts.writing(context)).subscribe();
 * flux.subscribe(each, failed, done, ReactorContexts.captured()); // also within each, failed and done
 * }
 *
 * Whoever subscribes without any of these hands over nothing, and operators may run as nobody. Thread-safe.
 */
public final class ReactorContexts {
    private static final String HOOK = "dev.carrel.context";

    private ReactorContexts() {}

    /**
     * Turns on Reactor's automatic context propagation, for the whole process, and mends what it does not cover: of a
     * shared publisher ({@code share}, {@code cache}, {@code refCount}, {@code autoConnect}) all subscribers would run in
     * the context of the first. Pipelines that were assembled before are not changed. A second call changes nothing.
     */
    public static void install() {
        Hooks.enableAutomaticContextPropagation();
        Hooks.onEachOperator(HOOK, ReactorContexts::restoringEachSubscribers);
    }

    /** Undoes {@link #install}. */
    public static void uninstall() {
        Hooks.resetOnEachOperator(HOOK);
        Hooks.disableAutomaticContextPropagation();
    }

    /**
     * An operator after which each subscriber's signals run in its own context, whoever shares the publisher: for one of
     * another library's making, {@code flux.transform(ReactorContexts::restored)}.
     */
    public static <T> Flux<T> restored(Publisher<T> publisher) {
        // With automatic propagation this operator restores the thread-locals of its own subscriber around each signal.
        return Flux.from(publisher).contextWrite(context -> context);
    }

    private static <T> Publisher<T> restoringEachSubscribers(Publisher<T> publisher) {
        if (!Shared.is(publisher)) {
            return publisher;
        }
        return switch (publisher) {
            case Mono<T> mono -> mono.contextWrite(context -> context);
            case ConnectableFlux<T> connectable -> connectable;
            case Flux<T> flux -> flux.contextWrite(context -> context);
            default -> publisher;
        };
    }

    /** The Carrel context of a subscriber; the root if it has none. */
    public static Context context(ContextView subscriber) {
        Object value = subscriber.getOrDefault(CarrelThreadLocalAccessor.KEY, null);
        return value == null ? Context.root() : CarrelThreadLocalAccessor.context(value);
    }

    /** For {@code contextWrite}: everything above runs in {@code context}. */
    public static Function<reactor.util.context.Context, reactor.util.context.Context> writing(Context context) {
        Context crossed = Objects.requireNonNull(context, "context").across(Boundary.EXECUTOR);
        return subscriber -> subscriber.put(CarrelThreadLocalAccessor.KEY, crossed);
    }

    /** For {@code subscribe} with a context: everything, the subscriber too, runs in the context of this call. */
    public static reactor.util.context.Context captured() {
        return writing(Context.current()).apply(reactor.util.context.Context.empty());
    }
}
