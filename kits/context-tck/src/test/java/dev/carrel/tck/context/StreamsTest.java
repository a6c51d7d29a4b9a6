package dev.carrel.tck.context;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.TimerTask;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.concurrent.ContextTimer;
import dev.carrel.stream.ContextFlow;
import dev.carrel.stream.ContextStreams;
import dev.carrel.test.StrictContexts;

/** The context's streams, publishers and timer tasks keep the contract. */
@ExtendWith(StrictContexts.class)
class StreamsTest {
    @Nested
    class Pulled implements StreamContract {
        @Override
        public Iterator<Object> iterator(Iterator<Object> source) {
            return ContextStreams.iterator(source);
        }

        @Override
        public Spliterator<Object> spliterator(Spliterator<Object> source) {
            return ContextStreams.spliterator(source);
        }

        @Override
        public Stream<Object> stream(Stream<Object> source) {
            return ContextStreams.stream(source);
        }
    }

    @Nested
    class Signalled implements FlowContract {
        @Override
        public Flow.Publisher<Object> publisher(Flow.Publisher<Object> source) {
            return ContextFlow.publisher(source);
        }

        @Override
        public Flow.Subscriber<Object> subscriber(Flow.Subscriber<Object> subscriber) {
            return ContextFlow.subscriber(subscriber);
        }

        @Override
        public Flow.Processor<Object, Object> processor(Flow.Processor<Object, Object> processor) {
            return ContextFlow.processor(processor);
        }
    }

    @Nested
    class Timed implements TimerContract {
        @Override
        public TimerTask once(Runnable task) {
            return ContextTimer.once(task);
        }

        @Override
        public TimerTask periodic(Runnable task) {
            return ContextTimer.periodic(task);
        }
    }
}
