package dev.carrel.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.EmbeddingModel;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Context;
import dev.carrel.error.InvalidInputException;
import dev.carrel.time.TimeSource;

/** A model that turns texts into vectors: each text of a call is an item of its own in the batch. Thread-safe. */
final class EmbeddingEndpoint extends Endpoint {
    /** Of what the texts of a batch cost, in tokens: eight that are 256 long. */
    private static final long MAX_COST = 2_048;
    /** Two lists of the greatest length that OpenAI's clients send. */
    private static final int MAX_WAITING = 4_096;

    private final EmbeddingModel model;
    private final Batcher<Tokens, float[]> batcher;

    private EmbeddingEndpoint(String name, EmbeddingModel model, Batcher<Tokens, float[]> batcher, TimeSource time) {
        super(name, model, batcher, time);
        this.model = model;
        this.batcher = batcher;
    }

    static Declared declared(String name, EmbeddingModel model, Consumer<BatcherBuilder<Tokens, float[]>> description) {
        return time -> {
            BatcherBuilder<Tokens, float[]> builder = described(Batcher.of(name, model).limit(model.within()),
                    time);
            builder.cost(Tokens::count).maxCostUnlessMeasured(MAX_COST).maxWaiting(MAX_WAITING);
            description.accept(builder);
            return new EmbeddingEndpoint(name, model, builder.start(), time);
        };
    }

    String call(List<? extends EmbeddingInput> texts, OptionalInt dimensions, Vectors.Encoding encoding)
            throws InterruptedException {
        int length = length(dimensions);
        if (texts.isEmpty()) {
            throw InvalidInputException.field("input", "must not be empty");
        }
        if (texts.size() > batcher.maxWaiting()) {
            throw InvalidInputException.field("input",
                    "must not have more than " + batcher.maxWaiting() + " texts for this model");
        }
        return inTime(() -> {
            List<Tokens> read = read(texts);
            List<float[]> vectors = run(read).stream().map(made -> shorten(checked(made), length)).toList();
            var made = new Vectors(vectors, read.stream().mapToLong(Tokens::count).sum());
            String answer = encoded(() -> encoding.encode(made));
            Context.current().cancellation().throwIfRequested();
            return answer;
        });
    }

    private int length(OptionalInt wanted) {
        int most = model.dimensions();
        int length = wanted.orElse(most);
        if (length != most && !(model.shortens() && length >= 1 && length < most)) {
            throw InvalidInputException.field("dimensions", model.shortens()
                    ? "must be a number from 1 to " + most + " for this model"
                    : "must be " + most + " for this model, or left out");
        }
        return length;
    }

    private List<Tokens> read(List<? extends EmbeddingInput> texts) {
        List<Tokens> read = new ArrayList<>(texts.size());
        for (EmbeddingInput text : texts) {
            Context.current().cancellation().throwIfRequested();
            try {
                read.add(text.tokens(model));
            } catch (InvalidInputException e) {
                throw invalid(texts.size() == 1 ? "input" : "input[" + read.size() + "]", e);
            }
        }
        return read;
    }

    private List<float[]> run(List<Tokens> read) throws InterruptedException {
        try {
            return batcher.callAll(read);
        } catch (InvalidInputException e) {
            throw invalid("input", e);
        }
    }

    /** What the model says of its input, said of the caller's. */
    private static InvalidInputException invalid(String field, InvalidInputException e) {
        return InvalidInputException.field(field, String.valueOf(e.getMessage()));
    }

    private float[] checked(float[] vector) {
        if (vector.length != model.dimensions()) {
            throw new IllegalStateException(
                    "the model made " + vector.length + " numbers, not " + model.dimensions());
        }
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                throw new IllegalStateException("the model made " + number);
            }
        }
        return vector;
    }

    /** The first numbers, scaled to length 1 again. */
    private static float[] shorten(float[] vector, int length) {
        if (length == vector.length) {
            return vector;
        }
        float[] first = Arrays.copyOf(vector, length);
        double squares = 0;
        for (float number : first) {
            squares += (double) number * number;
        }
        double norm = Math.sqrt(squares);
        for (int i = 0; i < length && norm > 0; i++) {
            first[i] = (float) (first[i] / norm);
        }
        return first;
    }
}
