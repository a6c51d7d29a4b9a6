package dev.carrel.examples.endpoints;

import dev.carrel.examples.driver.Program;

/** The job: a chat, and an endpoint beside it with which the page stores what the user picked. */
public interface Chat extends Program {
    /** Opens the page in a new browser tab. */
    Tab open(String user);

    /** One tab: it sends requests to the endpoint, and messages to the chat. */
    interface Tab {
        /** {@code POST /course}: the user picks a course from the page's menu. */
        void pick(String course);

        /** Sends a message to the chat; returns the reply. */
        String say(String message) throws InterruptedException;
    }
}
