package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.nio.file.Path;

import dev.carrel.benchmarks.ServerProcess;

/** A server with an echo that counts in session state: how it is started, and how one speaks to it. */
interface Peer {
    /** Its name in the table. */
    String name();

    /** Starts it, with its files in this folder. */
    ServerProcess start(Path folder) throws IOException;

    /** Whether it promises that what it acknowledged is there; then a loss ends the run. */
    boolean losesNothing();

    /** A visitor without a session so far. */
    Visitor visitor();
}
