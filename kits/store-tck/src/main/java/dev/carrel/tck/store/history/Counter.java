package dev.carrel.tck.store.history;

import org.jspecify.annotations.Nullable;

/** A number that the store itself increments. Immutable. */
public final class Counter implements Model<Long, Counter.Operation> {
    /** What can be asked of it. */
    public sealed interface Operation {}

    /** Answers the number, a {@code Long}. */
    public record Read() implements Operation {}

    /** Adds; answers no number. */
    public record Increment(long by) implements Operation {}

    /** The model. */
    public Counter() {}

    @Override
    public Long initial() {
        return 0L;
    }

    @Override
    public Step<Long> apply(Long state, Operation operation) {
        return switch (operation) {
            case Read _ -> new Step<>(state, Reply.of(state));
            case Increment increment -> new Step<>(state + increment.by(), Reply.Word.DONE);
        };
    }

    @Override
    public boolean changesNothing(Operation operation, @Nullable Reply reply) {
        return operation instanceof Read;
    }
}
