package dev.carrel.tck.context;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Every way to pull. */
final class StreamWays {
    private StreamWays() {}

    static Map<String, UnaryOperator<Callable<Object>>> of(StreamContract contract) {
        Map<String, UnaryOperator<Callable<Object>>> ways = new HashMap<>();
        iterator(contract, ways, "hasNext", Iterator::hasNext);
        iterator(contract, ways, "next", pulled -> consume(pulled.next()));
        iterator(contract, ways, "forEachRemaining", pulled -> {
            pulled.forEachRemaining(StreamWays::consume);
            return true;
        });
        spliterator(contract, ways, "tryAdvance", pulled -> pulled.tryAdvance(StreamWays::consume));
        spliterator(contract, ways, "forEachRemaining", pulled -> {
            pulled.forEachRemaining(StreamWays::consume);
            return true;
        });
        spliterator(contract, ways, "trySplit", pulled -> {
            Spliterator<Object> part = Objects.requireNonNull(pulled.trySplit(), "a list of two can be split");
            return part.tryAdvance(StreamWays::consume);
        });
        stream(contract, ways, "forEach", pulled -> {
            pulled.forEach(StreamWays::consume);
            return true;
        });
        stream(contract, ways, "map", pulled -> pulled.map(StreamWays::consume).toList());
        stream(contract, ways, "iterator", pulled -> consume(pulled.iterator().next()));
        ways.put("stream, close", task -> {
            Stream<Object> made = contract.stream(Stream.<Object>of("x").onClose(ExecutorHops.runnable(task)));
            return () -> {
                made.close();
                return "closed";
            };
        });
        return ways;
    }

    /** Pulls. */
    private interface Pull<S> {
        Object from(S source);
    }

    private static Object consume(Object element) {
        Amidst.callersOwn("consumer");
        return element;
    }

    private static void iterator(StreamContract contract, Map<String, UnaryOperator<Callable<Object>>> ways,
            String name,
            Pull<Iterator<Object>> pull) {
        ways.put("iterator, " + name, task -> {
            Iterator<Object> made = contract.iterator(new Once(task, name.equals("hasNext")));
            return () -> pull.from(made);
        });
    }

    private static void spliterator(StreamContract contract, Map<String, UnaryOperator<Callable<Object>>> ways,
            String name, Pull<Spliterator<Object>> pull) {
        ways.put("spliterator, " + name, task -> {
            Spliterator<Object> source = name.equals("trySplit")
                    ? new Splitting(task)
                    : Spliterators.spliteratorUnknownSize(new Once(task, false), 0);
            Spliterator<Object> made = contract.spliterator(source);
            return () -> pull.from(made);
        });
    }

    private static void stream(StreamContract contract, Map<String, UnaryOperator<Callable<Object>>> ways, String name,
            Pull<Stream<Object>> pull) {
        ways.put("stream, " + name, task -> {
            Stream<Object> made = contract.stream(Stream.<Object>of("x").peek(x -> ExecutorHops.runnable(task).run()));
            return () -> pull.from(made);
        });
    }

    /** Has one element, and runs the task when it is asked for that, or for whether there is one. */
    private static final class Once implements Iterator<Object> {
        private final Callable<Object> task;
        private final boolean whenAsked;
        private boolean given;

        Once(Callable<Object> task, boolean whenAsked) {
            this.task = task;
            this.whenAsked = whenAsked;
        }

        @Override
        public boolean hasNext() {
            if (whenAsked) {
                ExecutorHops.runnable(task).run();
            }
            return !given;
        }

        @Override
        public Object next() {
            given = true;
            ExecutorHops.runnable(task).run();
            return "x";
        }
    }

    /** Runs the task when it is split. */
    private static final class Splitting implements Spliterator<Object> {
        private final Spliterator<Object> source = List.<Object>of("x", "y").spliterator();
        private final Callable<Object> task;

        Splitting(Callable<Object> task) {
            this.task = task;
        }

        @Override
        public boolean tryAdvance(Consumer<? super Object> action) {
            return source.tryAdvance(action);
        }

        @Override
        public Spliterator<Object> trySplit() {
            ExecutorHops.runnable(task).run();
            return source.trySplit();
        }

        @Override
        public long estimateSize() {
            return source.estimateSize();
        }

        @Override
        public int characteristics() {
            return source.characteristics();
        }
    }
}
