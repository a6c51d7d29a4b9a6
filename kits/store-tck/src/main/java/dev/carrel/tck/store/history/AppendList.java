package dev.carrel.tck.store.history;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** A list of entries that have ids; appending an id that is there changes nothing. Immutable. */
public final class AppendList implements Model<List<String>, AppendList.Operation> {
    /** What can be asked of it. */
    public sealed interface Operation {}

    /** Answers the ids in their order, a {@code List<String>}. */
    public record Read() implements Operation {}

    /** Appends an entry of this id, unless there is one. */
    public record Append(String id) implements Operation {}

    /** Removes the entry of this id, if there is one. */
    public record Remove(String id) implements Operation {}

    /** The model. */
    public AppendList() {}

    @Override
    public List<String> initial() {
        return List.of();
    }

    @Override
    public Step<List<String>> apply(List<String> state, Operation operation) {
        return switch (operation) {
            case Read _ -> new Step<>(state, Reply.of(state));
            case Append append when state.contains(append.id()) -> new Step<>(state, Reply.Word.DONE);
            case Append append -> {
                List<String> longer = new ArrayList<>(state);
                longer.add(append.id());
                yield new Step<>(List.copyOf(longer), Reply.Word.DONE);
            }
            case Remove remove ->
                new Step<>(state.stream().filter(id -> !id.equals(remove.id())).toList(), Reply.Word.DONE);
        };
    }

    @Override
    public boolean changesNothing(Operation operation, @Nullable Reply reply) {
        return operation instanceof Read;
    }
}
