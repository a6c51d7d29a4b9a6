package dev.carrel.app;

import java.net.URI;

/** An application that was started. Close it to stop it: streams end first, open turns finish or are told. */
public interface RunningApp extends AutoCloseable {
    /** Where it can be reached. */
    URI uri();

    /** Its models, which can be replaced while it serves. */
    Models models();

    /** Stops it, and waits until it has. Closing twice is closing once. */
    @Override
    void close();
}
