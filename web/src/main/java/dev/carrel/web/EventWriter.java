package dev.carrel.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.carrel.time.TimeSource;

/**
 * Writes one stream of server-sent events. Whoever reads too slowly, or not at all, holds up a write, and nothing but that one
 * thread; after a time {@link #cut} frees that, too. To be written to by the thread that made it; {@link #cut} by any.
 */
final class EventWriter {
    private final OutputStream out;
    private final TimeSource time;
    private final Thread writer = Thread.currentThread();
    private boolean writing;
    private boolean cut;
    private long since;

    EventWriter(OutputStream out, TimeSource time) {
        this.out = out;
        this.time = time;
    }

    /** Something to write. */
    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    /** An event; without an id if nobody can go on from it. */
    void event(String kind, String json, @Nullable String id) throws IOException {
        var text = new StringBuilder(json.length() + 64);
        if (id != null) {
            text.append("id: ").append(id).append('\n');
        }
        text.append("event: ").append(kind).append("\ndata: ").append(json).append("\n\n");
        write(text.toString());
    }

    /** What readers ignore. */
    void comment(String text) throws IOException {
        write(": " + text + "\n\n");
    }

    private void write(String text) throws IOException {
        timed(() -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    void flush() throws IOException {
        timed(out::flush);
    }

    private void timed(Write write) throws IOException {
        synchronized (this) {
            since = time.nanoTime();
            writing = true;
        }
        try {
            write.run();
        } finally {
            synchronized (this) {
                writing = false;
            }
        }
        if (cut()) {
            // The write was through just before it was interrupted: the interrupt is of no use to anybody else.
            Thread.interrupted();
            throw new InterruptedIOException("the reader was too slow");
        }
    }

    private synchronized boolean cut() {
        return cut;
    }

    /** Ends the stream if it has been at one write for longer than that. */
    synchronized void cut(Duration patience) {
        if (writing && !cut && time.nanoTime() - since > patience.toNanos()) {
            cut = true;
            writer.interrupt();
        }
    }
}
