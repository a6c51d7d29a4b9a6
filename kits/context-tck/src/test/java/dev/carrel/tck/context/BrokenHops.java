package dev.carrel.tck.context;

import java.net.http.HttpClient;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.TimerTask;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

import dev.carrel.context.Context;

/** What the JDK does by itself, under contract. Their name keeps them from being run by themselves. */
final class BrokenHops {
    private BrokenHops() {}

    static class ForkJoinTasks implements ForkJoinContract {
        @Override
        public Map<String, Kind> kinds() {
            return Map.of("adapted", body -> ForkJoinTask.adapt(ExecutorHops.runnable(body)));
        }
    }

    static class Gatherer implements MapContract {
        @Override
        public List<Object> map(List<String> items, Function<String, Object> function) {
            return items.stream().gather(Gatherers.mapConcurrent(2, function)).toList();
        }

        @Override
        public Map<Cell, String> notApplicable() {
            return Map.of(Cell.CANCEL, "it waits for its threads", Cell.TIME_OUT, "it knows no deadline");
        }
    }

    static class PlainThreads implements ThreadContract {
        @Override
        public ThreadFactory threads() {
            return Pools.THREADS;
        }
    }

    static class Functions implements FunctionContract {
        @Override
        public Map<String, UnaryOperator<Callable<Object>>> ways() {
            return Map.of("as it is", task -> task);
        }
    }

    static class Streams implements StreamContract {
        @Override
        public Iterator<Object> iterator(Iterator<Object> source) {
            return source;
        }

        @Override
        public Spliterator<Object> spliterator(Spliterator<Object> source) {
            return source;
        }

        @Override
        public Stream<Object> stream(Stream<Object> source) {
            return source;
        }
    }

    /** Binds around the whole call, so that the consumer runs as the producer. */
    static class StreamsThatBindTooMuch extends Streams {
        @Override
        public Iterator<Object> iterator(Iterator<Object> source) {
            Context producer = Context.current();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return producer.call(source::hasNext);
                }

                @Override
                public Object next() {
                    return producer.call(source::next);
                }

                @Override
                public void forEachRemaining(java.util.function.Consumer<? super Object> action) {
                    producer.run(() -> source.forEachRemaining(action));
                }
            };
        }
    }

    static class Flows implements FlowContract {
        @Override
        public Flow.Publisher<Object> publisher(Flow.Publisher<Object> source) {
            return source;
        }

        @Override
        public Flow.Subscriber<Object> subscriber(Flow.Subscriber<Object> subscriber) {
            return subscriber;
        }

        @Override
        public Flow.Processor<Object, Object> processor(Flow.Processor<Object, Object> processor) {
            return processor;
        }
    }

    static class Http implements HttpContract {
        @Override
        public HttpClient wrap(HttpClient plain) {
            return plain;
        }
    }

    /** Keeps the user of a periodic task, who is long gone. */
    static class Timers implements TimerContract {
        @Override
        public TimerTask once(Runnable task) {
            Runnable wrapped = Context.current().wrap(task);
            return new TimerTask() {
                @Override
                public void run() {
                    wrapped.run();
                }
            };
        }

        @Override
        public TimerTask periodic(Runnable task) {
            return once(task);
        }
    }
}
