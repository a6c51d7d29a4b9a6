package dev.carrel.benchmarks.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;

import ai.onnxruntime.OrtException;

/**
 * Texts of some length and the vectors that they have. Immutable.
 *
 * @param name of the length, for the table
 */
record Texts(String name, List<String> texts, List<float[]> vectors) {
    /** Marks of beginning and end that each text gets. */
    private static final int MARKS = 2;
    private static final int COUNT = 128;
    /** How near a right answer comes: other kernels, other last digits. */
    private static final double NEAR = 0.9999;
    /** Each is one token. */
    private static final String[] WORDS = ("time year people way day man thing woman life child world school state "
            + "family student group country problem hand part place case week company system program question work "
            + "government number night point home water room mother area money story fact month lot right study book "
            + "eye job word business issue side kind head house service friend father power hour game line end member "
            + "law car city community name president team minute idea kid body information back parent face others "
            + "level office door health person art war history party result change morning reason research girl guy "
            + "moment air teacher force education").split(" ");

    /** Each has so many tokens, the model's marks included. */
    static Texts ofTokens(int tokens, RawOnnx raw) throws OrtException {
        return make("" + tokens, raw, i -> tokens - MARKS);
    }

    /** Each has so many words. */
    static Texts ofWords(int words, RawOnnx raw) throws OrtException {
        return make(words + " words", raw, i -> words);
    }

    /** From 4 to 126 words; more than 128 tokens LangChain4j cuts off. */
    static Texts mixed(RawOnnx raw) throws OrtException {
        var random = new Random(2);
        return make("mixed", raw, i -> random.nextInt(4, 127));
    }

    private static Texts make(String name, RawOnnx raw, IntUnaryOperator words) throws OrtException {
        var random = new Random(1);
        List<String> texts = new ArrayList<>();
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            int length = words.applyAsInt(i);
            var text = new StringBuilder();
            for (int word = 0; word < length; word++) {
                text.append(word == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
            }
            if (raw.tokens(text.toString()) != length + MARKS) {
                throw new IllegalStateException("not a token each: " + text);
            }
            texts.add(text.toString());
            vectors.add(raw.embed(List.of(text.toString()))[0]);
        }
        return new Texts(name, texts, vectors);
    }

    int size() {
        return texts.size();
    }

    /**
     * Holds an answer against what it must be.
     *
     * @throws IllegalStateException if it is another's
     */
    void check(int text, float[] vector) {
        float[] right = vectors.get(text);
        double dot = 0;
        for (int i = 0; i < right.length; i++) {
            dot += (double) right[i] * vector[i];
        }
        if (!(dot >= NEAR) || vector.length != right.length) {
            throw new IllegalStateException("a vector that is not that of its text: cosine " + dot);
        }
    }
}
