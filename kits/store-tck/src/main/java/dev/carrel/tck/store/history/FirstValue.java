package dev.carrel.tck.store.history;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** A key whose first value stays until it is removed. Immutable. */
public final class FirstValue implements Model<Optional<String>, FirstValue.Operation> {
    /** What can be asked of it. */
    public sealed interface Operation {}

    /** Answers the value, an {@code Optional<String>}. */
    public record Read() implements Operation {}

    /** Puts the value if there is none; does not answer whether there was. */
    public record PutIfAbsent(String value) implements Operation {}

    /** Removes the value, if there is one. */
    public record Remove() implements Operation {}

    /** The model. */
    public FirstValue() {}

    @Override
    public Optional<String> initial() {
        return Optional.empty();
    }

    @Override
    public Step<Optional<String>> apply(Optional<String> state, Operation operation) {
        return switch (operation) {
            case Read _ -> new Step<>(state, Reply.of(state));
            case PutIfAbsent put -> new Step<>(state.or(() -> Optional.of(put.value())), Reply.Word.DONE);
            case Remove _ -> new Step<>(Optional.empty(), Reply.Word.DONE);
        };
    }

    @Override
    public boolean changesNothing(Operation operation, @Nullable Reply reply) {
        return operation instanceof Read;
    }
}
