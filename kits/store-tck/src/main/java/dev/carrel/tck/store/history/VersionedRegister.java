package dev.carrel.tck.store.history;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/** A key of a session's state: written by compare-and-set, until the session ends for good. Immutable. */
public final class VersionedRegister implements Model<VersionedRegister.Held, VersionedRegister.Operation> {
    /** What can be asked of it. */
    public sealed interface Operation {}

    /** Answers a {@link Held}; {@link Reply.Word#GONE} after the end. */
    public record Read() implements Operation {}

    /** Writes the value if the key is at that version, and answers whether it was. */
    public record Put(long expected, String value) implements Operation {}

    /** Ends the session. */
    public record End() implements Operation {}

    /**
     * The state.
     *
     * @param version how often it was written
     * @param value empty if it never was
     */
    public record Held(long version, Optional<String> value, boolean ended) {}

    /** The model. */
    public VersionedRegister() {}

    /** What a read answers that finds this. */
    public static Reply held(long version, @Nullable String value) {
        return Reply.of(new Held(version, Optional.ofNullable(value), false));
    }

    @Override
    public Held initial() {
        return new Held(0, Optional.empty(), false);
    }

    @Override
    public Step<Held> apply(Held state, Operation operation) {
        if (state.ended()) {
            return new Step<>(state, Reply.Word.GONE);
        }
        return switch (operation) {
            case Read _ -> new Step<>(state, Reply.of(state));
            case Put put when put.expected() != state.version() -> new Step<>(state, Reply.Word.CONFLICT);
            case Put put -> new Step<>(new Held(state.version() + 1, Optional.of(put.value()), false), Reply.Word.DONE);
            case End _ -> new Step<>(new Held(state.version(), state.value(), true), Reply.Word.DONE);
        };
    }

    @Override
    public boolean changesNothing(Operation operation, @Nullable Reply reply) {
        return operation instanceof Read || reply == Reply.Word.CONFLICT || reply == Reply.Word.GONE;
    }
}
