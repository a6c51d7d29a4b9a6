package dev.carrel.app;

import java.nio.charset.StandardCharsets;

import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Tokens;
import dev.carrel.error.InvalidInputException;

/** A text that is to become a vector, in whichever form it came. Immutable and thread-safe. */
@FunctionalInterface
public interface EmbeddingInput {
    /**
     * What the model reads of it. On the caller's thread.
     *
     * @throws InvalidInputException if it is empty, or the model cannot read it
     */
    Tokens tokens(EmbeddingModel model);

    /** A text as people write it. */
    static EmbeddingInput text(String text) {
        return model -> {
            if (text.isEmpty()) {
                throw InvalidInputException.field("input", "must not be empty");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw InvalidInputException.field("input", "must be Unicode text");
            }
            return model.tokens(text);
        };
    }

    /** The numbers of the tokens that somebody else has made of a text. */
    static EmbeddingInput ids(long... ids) {
        long[] own = ids.clone();
        return model -> {
            if (own.length == 0) {
                throw InvalidInputException.field("input", "must not be empty");
            }
            return model.tokens(own);
        };
    }
}
