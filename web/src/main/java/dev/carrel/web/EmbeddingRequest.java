package dev.carrel.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.LongStream;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;

import dev.carrel.app.EmbeddingInput;
import dev.carrel.error.InvalidInputException;

/**
 * What {@code POST /v1/embeddings} is sent, as OpenAI describes it. A field that is null is one that is missing.
 *
 * @param user whom the client asks for, as it says: accepted, and believed by nobody
 */
record EmbeddingRequest(@Nullable String model,
        @JsonDeserialize(using = EmbeddingRequest.Inputs.class) @Nullable List<EmbeddingInput> input,
        @JsonProperty("encoding_format") @Nullable String encodingFormat, @Nullable Integer dimensions,
        @Nullable String user) {
    private static final int MAX_INPUTS = 2_048;

    OptionalInt length() {
        return dimensions == null ? OptionalInt.empty() : OptionalInt.of(dimensions);
    }

    /** How the vectors are to be written. */
    Format format() {
        return switch (encodingFormat) {
            case null -> Format.FLOAT;
            case "float" -> Format.FLOAT;
            case "base64" -> Format.BASE64;
            default -> throw InvalidInputException.field("encoding_format", "must be \"float\" or \"base64\"");
        };
    }

    /** How a vector is written as JSON. */
    enum Format {
        /** A list of numbers. */
        FLOAT {
            @Override
            Object written(float[] vector) {
                return vector;
            }
        },
        /** The bytes of its numbers, four each, the least first, in Base64. */
        BASE64 {
            @Override
            Object written(float[] vector) {
                ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(vector);
                return Base64.getEncoder().encodeToString(bytes.array());
            }
        };

        abstract Object written(float[] vector);
    }

    /** Reads texts in all their forms, and no more than may be: numbers go into an array at once, since a tree of a million is large. */
    static final class Inputs extends ValueDeserializer<List<EmbeddingInput>> {
        @Override
        public List<EmbeddingInput> deserialize(JsonParser json, DeserializationContext context) {
            if (json.currentToken() != JsonToken.START_ARRAY) {
                return List.of(one(json));
            }
            JsonToken first = json.nextToken();
            if (first == JsonToken.VALUE_NUMBER_INT) {
                return List.of(ids(json));
            }
            List<EmbeddingInput> inputs = new ArrayList<>();
            for (JsonToken next = first; next != JsonToken.END_ARRAY; next = json.nextToken()) {
                if (next != first) {
                    throw wrong();
                }
                if (inputs.size() == MAX_INPUTS) {
                    throw InvalidInputException.field("input", "must not have more than " + MAX_INPUTS + " texts");
                }
                if (next == JsonToken.START_ARRAY) {
                    json.nextToken();
                    inputs.add(ids(json));
                } else {
                    inputs.add(one(json));
                }
            }
            return inputs;
        }

        private static EmbeddingInput one(JsonParser json) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw wrong();
            }
            return EmbeddingInput.text(json.getString());
        }

        /** From the first number on, up to the end of their array. */
        private static EmbeddingInput ids(JsonParser json) {
            LongStream.Builder ids = LongStream.builder();
            for (JsonToken next = json.currentToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
                if (next != JsonToken.VALUE_NUMBER_INT || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw wrong();
                }
                ids.add(json.getLongValue());
            }
            return EmbeddingInput.ids(ids.build().toArray());
        }

        private static InvalidInputException wrong() {
            return InvalidInputException.field("input",
                    "must be a text, a list of texts, the numbers of a text's tokens, or a list of such lists");
        }
    }
}
