package dev.carrel.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;

import dev.carrel.batch.Tokens;
import dev.carrel.error.InvalidInputException;

/** The tokens of all-MiniLM-L6-v2: of a text, or as somebody else has made them. Thread-safe. */
final class WordPieces implements AutoCloseable {
    /** As many tokens there are, from 0. */
    static final int VOCABULARY = 30_522;

    /** The mark of a text's beginning, {@code [CLS]}. */
    static final long BEGIN = 101;

    /** The mark of its end, {@code [SEP]}. */
    static final long END = 102;

    private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

    private final HuggingFaceTokenizer tokenizer;

    private WordPieces(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The file that comes with the model cuts silently at 128 tokens and pads to 128: both are switched off. */
    static WordPieces load() throws IOException {
        try (InputStream json = ModelFiles.resource(TOKENIZER)) {
            return new WordPieces(HuggingFaceTokenizer.newInstance(json, Map.of("truncation", "DO_NOT_TRUNCATE",
                    "padding", "DO_NOT_PAD", "maxLength", "512", "modelMaxLength", "512")));
        }
    }

    /** Those of the text, its marks included. */
    long[] of(String text) {
        return tokenizer.encode(text).getIds();
    }

    /**
     * Tokens that somebody else has made, with or without both marks, with them.
     *
     * @throws InvalidInputException if there are none, or only one of the marks
     */
    static long[] marked(long[] ids) {
        if (ids.length == 0) {
            throw InvalidInputException.field("tokens", "are none");
        }
        boolean begins = ids[0] == BEGIN;
        boolean ends = ids.length > 1 && ids[ids.length - 1] == END;
        if (begins != ends) {
            throw InvalidInputException.field("tokens",
                    "begin with %d or end with %d, but not both: give both of the marks or none"
                            .formatted(BEGIN, END));
        }
        if (begins) {
            return ids;
        }
        long[] marked = new long[ids.length + 2];
        marked[0] = BEGIN;
        System.arraycopy(ids, 0, marked, 1, ids.length);
        marked[ids.length + 1] = END;
        return marked;
    }

    /**
     * What the model can read.
     *
     * @param limit the most tokens, marks included
     * @throws InvalidInputException if these are more, do not stand between the marks, or are not of this vocabulary
     */
    static Tokens checked(long[] ids, int limit) {
        if (ids.length > limit) {
            throw InvalidInputException.tooLarge("text",
                    "is %,d tokens long; at most %,d can be read at once (about %,d words)"
                            .formatted(ids.length, limit, limit * 3 / 4));
        }
        if (ids.length < 2 || ids[0] != BEGIN || ids[ids.length - 1] != END) {
            throw InvalidInputException.field("tokens", "do not begin with %d and end with %d".formatted(BEGIN, END));
        }
        for (long id : ids) {
            if (id < 0 || id >= VOCABULARY) {
                throw InvalidInputException.field("tokens",
                        "hold %d; this model knows 0 to %d".formatted(id, VOCABULARY - 1));
            }
        }
        return Tokens.of(ids);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
