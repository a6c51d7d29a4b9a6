package dev.carrel.tck.context;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Every signal, either way. */
final class FlowWays {
    private static final Flow.Subscription NONE = new Asked(() -> {}, () -> {});

    private FlowWays() {}

    static Map<String, UnaryOperator<Callable<Object>>> of(FlowContract contract) {
        Map<String, UnaryOperator<Callable<Object>>> ways = new HashMap<>();
        subscriber("subscriber", contract::subscriber, ways);
        subscriber("processor", hearing -> contract.processor(new Both(hearing, subscriber -> {})), ways);
        publisher("publisher", contract::publisher, ways);
        publisher("processor", source -> contract.processor(new Both(new Hearing(Signal.NONE, () -> {}), source)),
                ways);
        return ways;
    }

    private static void subscriber(String name, UnaryOperator<Flow.Subscriber<Object>> made,
            Map<String, UnaryOperator<Callable<Object>>> ways) {
        subscriber(name, made, ways, Signal.ON_SUBSCRIBE, wrapped -> {});
        subscriber(name, made, ways, Signal.ON_NEXT, wrapped -> wrapped.onNext("x"));
        subscriber(name, made, ways, Signal.ON_ERROR,
                wrapped -> wrapped.onError(new IllegalStateException("meant to")));
        subscriber(name, made, ways, Signal.ON_COMPLETE, Flow.Subscriber::onComplete);
    }

    private static void publisher(String name, UnaryOperator<Flow.Publisher<Object>> published,
            Map<String, UnaryOperator<Callable<Object>>> ways) {
        ways.put(name + ", subscribe", task -> {
            Flow.Publisher<Object> made = published.apply(subscriber -> ExecutorHops.runnable(task).run());
            return () -> subscribed(made, subscription -> {});
        });
        ways.put(name + ", request", task -> {
            var subscription = new Asked(ExecutorHops.runnable(task), () -> {});
            Flow.Publisher<Object> made = published.apply(subscriber -> subscriber.onSubscribe(subscription));
            return () -> subscribed(made, given -> given.request(1));
        });
        ways.put(name + ", cancel", task -> {
            var subscription = new Asked(() -> {}, ExecutorHops.runnable(task));
            Flow.Publisher<Object> made = published.apply(subscriber -> subscriber.onSubscribe(subscription));
            return () -> subscribed(made, Flow.Subscription::cancel);
        });
        ways.put(name + ", onNext of one who subscribed", task -> {
            var given = new AtomicReference<Flow.Subscriber<? super Object>>(new Hearing(Signal.NONE, () -> {}));
            published.apply(given::set).subscribe(new Hearing(Signal.ON_NEXT, ExecutorHops.runnable(task)));
            return () -> {
                given.get().onSubscribe(NONE);
                given.get().onNext("x");
                return "published";
            };
        });
    }

    private enum Signal {
        NONE, ON_SUBSCRIBE, ON_NEXT, ON_ERROR, ON_COMPLETE
    }

    private static void subscriber(String name, UnaryOperator<Flow.Subscriber<Object>> made,
            Map<String, UnaryOperator<Callable<Object>>> ways, Signal signal,
            Consumer<Flow.Subscriber<Object>> publish) {
        ways.put(name + ", " + signal, task -> {
            Flow.Subscriber<Object> wrapped = made.apply(new Hearing(signal, ExecutorHops.runnable(task)));
            return () -> {
                wrapped.onSubscribe(NONE);
                publish.accept(wrapped);
                Amidst.callersOwn("publisher");
                return "published";
            };
        });
    }

    /** Subscribes as whoever is here, who must hear as themselves. */
    private static Object subscribed(Flow.Publisher<Object> made, Consumer<Flow.Subscription> ask) {
        made.subscribe(new Hearing(Signal.NONE, () -> {}) {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                Amidst.callersOwn("subscriber");
                ask.accept(subscription);
                Amidst.callersOwn("subscriber");
            }
        });
        return "subscribed";
    }

    /** Runs the task at one of its signals. */
    private static class Hearing implements Flow.Subscriber<Object> {
        private final Signal signal;
        private final Runnable task;

        Hearing(Signal signal, Runnable task) {
            this.signal = signal;
            this.task = task;
        }

        private void heard(Signal which) {
            if (which == signal) {
                task.run();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            heard(Signal.ON_SUBSCRIBE);
        }

        @Override
        public void onNext(Object item) {
            heard(Signal.ON_NEXT);
        }

        @Override
        public void onError(Throwable failure) {
            heard(Signal.ON_ERROR);
        }

        @Override
        public void onComplete() {
            heard(Signal.ON_COMPLETE);
        }
    }

    /** A processor whose two sides have nothing to do with each other. */
    private record Both(Flow.Subscriber<Object> in,
            Flow.Publisher<Object> out) implements Flow.Processor<Object, Object> {
        @Override
        public void subscribe(Flow.Subscriber<? super Object> subscriber) {
            out.subscribe(subscriber);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            in.onSubscribe(subscription);
        }

        @Override
        public void onNext(Object item) {
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

    private record Asked(Runnable requested, Runnable cancelled) implements Flow.Subscription {
        @Override
        public void request(long count) {
            requested.run();
        }

        @Override
        public void cancel() {
            cancelled.run();
        }
    }
}
