package dev.carrel.stream;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.carrel.concurrent.Two;

import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What Alice makes and Bob consumes: pulled as Alice, handed over as Bob. */
class ContextStreamsTest {
    private final List<String> producers = new ArrayList<>();
    private final List<String> consumers = new ArrayList<>();

    /** Notes who it is asked as. */
    private final class Source implements Iterator<Integer> {
        private int next;

        @Override
        public boolean hasNext() {
            producers.add(who());
            return next < 3;
        }

        @Override
        public Integer next() {
            producers.add(who());
            if (next == 3) {
                throw new NoSuchElementException();
            }
            return next++;
        }

        @Override
        public void remove() {
            producers.add(who());
        }
    }

    private void consume(Integer item) {
        consumers.add(who());
    }

    private void assertPulledByAliceAndConsumedByBob() {
        assertThat(producers).isNotEmpty().containsOnly("alice");
        assertThat(consumers).hasSize(3).containsOnly("bob");
    }

    @Test
    void an_iterator_is_pulled_as_its_producer_and_its_elements_are_consumed_outside_of_it() throws Exception {
        Iterator<Integer> made = asAlice(() -> ContextStreams.iterator(new Source()));
        AS_BOB.run(() -> {
            while (made.hasNext()) {
                Integer item = made.next();
                assertThat(who()).as("between two elements").isEqualTo("bob");
                made.remove();
                consume(item);
            }
            assertThatThrownBy(made::next).isInstanceOf(NoSuchElementException.class);
            assertThat(who()).as("after a failure").isEqualTo("bob");
        });
        assertPulledByAliceAndConsumedByBob();
    }

    @Test
    void for_each_remaining_hands_over_outside_of_the_producer() throws Exception {
        Iterator<Integer> made = asAlice(() -> ContextStreams.iterator(new Source()));
        AS_BOB.run(() -> made.forEachRemaining(this::consume));
        assertPulledByAliceAndConsumedByBob();
    }

    private Stream<Integer> noting() {
        return Stream.of(1, 2, 3).peek(item -> producers.add(who()));
    }

    @Test
    void a_spliterator_hands_over_outside_of_the_producer_whether_one_by_one_or_all_at_once() throws Exception {
        Spliterator<Integer> made = asAlice(() -> ContextStreams.spliterator(noting().spliterator()));
        AS_BOB.run(() -> {
            assertThat(made.tryAdvance(this::consume)).isTrue();
            made.forEachRemaining(this::consume);
            assertThat(made.tryAdvance(this::consume)).isFalse();
        });
        assertPulledByAliceAndConsumedByBob();
    }

    @Test
    void the_parts_of_a_spliterator_are_pulled_as_its_producer_too() throws Exception {
        List<Integer> numbers = IntStream.range(0, 100).boxed().toList();
        Spliterator<Integer> made = asAlice(() -> ContextStreams.spliterator(
                numbers.stream().peek(item -> producers.add(who())).parallel().spliterator()));
        Spliterator<Integer> half = AS_BOB.call(made::trySplit);
        assertThat(half).isNotNull().isInstanceOf(ContextSpliterator.class);
        List<Integer> seen = new ArrayList<>();
        AS_BOB.run(() -> {
            half.forEachRemaining(seen::add);
            made.forEachRemaining(seen::add);
        });
        assertThat(seen).isEqualTo(numbers);
        assertThat(producers).hasSize(100).containsOnly("alice");
    }

    @Test
    void a_spliterator_says_of_itself_what_its_source_says() {
        var sorted = new TreeSet<>(Comparator.<Integer>reverseOrder());
        sorted.addAll(List.of(1, 2, 3));
        Spliterator<Integer> source = sorted.spliterator();
        Spliterator<Integer> made = ContextStreams.spliterator(source);
        assertThat(made.estimateSize()).isEqualTo(3);
        assertThat(made.getExactSizeIfKnown()).isEqualTo(3);
        assertThat(made.characteristics()).isEqualTo(source.characteristics());
        assertThat(made.hasCharacteristics(Spliterator.SORTED)).isTrue();
        assertThat(made.getComparator()).isSameAs(sorted.comparator());
    }

    @Test
    void a_lazy_stream_runs_what_was_added_before_as_its_maker_and_what_was_added_after_as_its_consumer()
            throws Exception {
        Stream<Integer> plain = asAlice(this::noting);
        AS_BOB.run(() -> plain.forEach(item -> {}));
        assertThat(producers).as("why this class exists").containsOnly("bob");
        producers.clear();
        List<String> closed = new ArrayList<>();
        Stream<Integer> made = asAlice(() -> ContextStreams.stream(noting().onClose(() -> closed.add(who()))));
        AS_BOB.run(() -> {
            try (Stream<Integer> mine = made.peek(this::consume).onClose(() -> closed.add(who()))) {
                assertThat(mine.map(item -> item * 2).toList()).containsExactly(2, 4, 6);
            }
        });
        assertPulledByAliceAndConsumedByBob();
        assertThat(closed).containsExactly("alice", "bob");
    }

    @Test
    void a_stream_that_was_parallel_keeps_the_context_by_giving_that_up() throws Exception {
        List<Integer> numbers = IntStream.range(0, 1_000).boxed().toList();
        List<String> results = asAlice(
                () -> ContextStreams.stream(numbers.parallelStream().map(item -> who())).toList());
        assertThat(results).hasSize(1_000).containsOnly("alice");
    }

    @Test
    void an_element_that_is_null_is_one() throws Exception {
        List<String> elements = new ArrayList<>();
        elements.add(null);
        assertThat(asAlice(() -> ContextStreams.stream(elements.stream())).toList()).isEqualTo(elements);
    }

    @Test
    void a_producer_that_fails_leaves_the_consumer_where_it_was() throws Exception {
        Stream<String> made = asAlice(() -> ContextStreams.stream(Stream.of(1).map(item -> {
            throw new IllegalStateException("of " + who());
        })));
        AS_BOB.run(() -> {
            assertThatThrownBy(made::toList).hasMessage("of alice");
            assertThat(who()).isEqualTo("bob");
        });
        assertThat(Two.who()).isEqualTo("nobody");
    }

    @Test
    @SuppressWarnings("NullAway") // what it would refuse to compile
    void a_null_is_refused_by_name() {
        assertThatNullPointerException().isThrownBy(() -> ContextStreams.iterator(null)).withMessage("source");
        assertThatNullPointerException().isThrownBy(() -> ContextStreams.spliterator(null)).withMessage("source");
        assertThatNullPointerException().isThrownBy(() -> ContextStreams.stream(null)).withMessage("source");
        assertThatNullPointerException()
                .isThrownBy(() -> ContextStreams.spliterator(List.of(1).spliterator()).tryAdvance(null))
                .withMessage("action");
    }
}
