package dev.carrel.batch;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A stream model of iterators, one for each item. Thread-safe. */
final class IteratorModel<I, O> implements StreamModel<I, O> {
    @SuppressWarnings("rawtypes")
    private final Attribute<Iterator> answers = Attribute.of("answer", Iterator.class);
    private final Function<Item<I>, Iterator<O>> answer;

    IteratorModel(Function<Item<I>, Iterator<O>> answer) {
        this.answer = Objects.requireNonNull(answer, "answer");
    }

    @Override
    public List<Outcome<Step<O>>> run(List<Item<I>> items) {
        List<Outcome<Step<O>>> outcomes = new ArrayList<>(items.size());
        for (Item<I> item : items) {
            outcomes.add(next(item));
        }
        return outcomes;
    }

    private Outcome<Step<O>> next(Item<I> item) {
        try {
            Iterator<O> pieces = begun(item).orElseGet(() -> begin(item));
            return item.ok(pieces.hasNext() ? Step.piece(pieces.next()) : Step.end());
        } catch (RuntimeException e) {
            return item.failed(e);
        } catch (StackOverflowError | LinkageError | AssertionError e) {
            // Of this iterator's own doing: the others of the batch have nothing to do with it.
            return item.failed(new IllegalStateException("an iterator failed", e));
        }
    }

    private Iterator<O> begin(Item<I> item) {
        Iterator<O> pieces = answer.apply(item);
        item.attributes().put(answers, pieces);
        return pieces;
    }

    @SuppressWarnings("unchecked") // only begin() notes one
    private Optional<Iterator<O>> begun(Item<I> item) {
        return item.attributes().get(answers).map(pieces -> (Iterator<O>) pieces);
    }

    @Override
    public void ended(Item<I> item) throws Exception {
        Optional<Iterator<O>> pieces = begun(item);
        if (pieces.isPresent() && pieces.get() instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
