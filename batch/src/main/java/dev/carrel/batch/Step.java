package dev.carrel.batch;

import java.util.Objects;
import java.util.Optional;

/**
 * What one step of a {@link StreamModel} made of one item: a piece of its answer, the end of it, both, or neither yet.
 *
 * @param piece the next piece, if there is one
 * @param ends whether nothing comes after it
 */
public record Step<O>(Optional<O> piece, boolean ends) {
    public Step {
        Objects.requireNonNull(piece, "piece");
    }

    /** A piece, after which there is more to come. */
    public static <O> Step<O> piece(O piece) {
        return new Step<>(Optional.of(piece), false);
    }

    /** The last piece. */
    public static <O> Step<O> last(O piece) {
        return new Step<>(Optional.of(piece), true);
    }

    /** The answer has ended with the piece before; it may have had none. */
    public static <O> Step<O> end() {
        return new Step<>(Optional.empty(), true);
    }

    /** The model has worked on it, but there is no piece to show yet. */
    public static <O> Step<O> nothing() {
        return new Step<>(Optional.empty(), false);
    }
}
