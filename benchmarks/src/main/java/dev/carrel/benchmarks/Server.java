package dev.carrel.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** Something to measure: how it is started, and how one talks to it. */
interface Server {
    /** Its name in the table. */
    String name();

    /** Starts it, with its data in this folder. */
    ServerProcess start(Path folder) throws IOException;

    /** A chat with it, not yet open. */
    Chat chat(EventLoop loop, String word, Chat.Watcher watcher);
}
