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

    /** A visitor without a session so far. */
    Visitor visitor();
}
