package dev.carrel.examples.demo;

import java.util.List;

import dev.carrel.examples.driver.Program;

/** The job: hear what somebody says, and answer it from the conversation so far. */
public interface Assistant extends Program {
    /** Opens the page of the assistant: a conversation begins. */
    Page open(String visitor);

    /** One visitor's page. */
    @FunctionalInterface
    interface Page {
        /** Sends what the microphone heard; returns the answer. */
        String speak(String audio) throws InterruptedException;
    }

    /** Speech to text, behind a network. */
    @FunctionalInterface
    interface Recogniser {
        /** What was said. */
        String transcribe(String audio);
    }

    /** The language model; it answers the last line of a conversation. */
    @FunctionalInterface
    interface Dialogue {
        /** The answer. */
        String reply(List<String> conversation);
    }
}
