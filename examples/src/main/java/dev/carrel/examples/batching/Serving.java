package dev.carrel.examples.batching;

import java.util.List;

import dev.carrel.examples.driver.Program;

/** The job: decode each request, predict a whole batch in one model call, encode each answer for its caller. */
public interface Serving extends Program {
    /** Waits for the request's turn in a batch; returns the caller's answer. */
    String serve(Request request) throws InterruptedException;

    /** How many requests are queued. */
    int waiting();

    /** What a caller sends: a text for the model, and a signature for the answer, which the model never sees. */
    record Request(String text, String signature) {}

    /** A model that takes many texts at once. */
    @FunctionalInterface
    interface Predictor {
        /** One answer for each text, in the same order. */
        List<String> predict(List<String> texts);
    }
}
