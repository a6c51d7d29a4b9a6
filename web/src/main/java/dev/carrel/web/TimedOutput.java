package dev.carrel.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.carrel.time.TimeSource;

/**
 * What goes to one reader. Whoever reads too slowly, or not at all, holds up a write, and nothing but that one thread; after a time
 * {@link #cut} frees that, too. To be written to by the thread that made it; {@link #cut} by any.
 */
final class TimedOutput {
    /** How much is written at once, so that it can be seen whether anything goes through. */
    private static final int STEP = 64 * 1024;
    /** How many bytes earn a write another second. */
    private static final int BYTES_A_SECOND = 32 * 1024;

    private final OutputStream out;
    private final TimeSource time;
    private final Thread writer = Thread.currentThread();
    private boolean writing;
    private boolean cut;
    /** When the write began, when its last step did, and what had gone through by then. */
    private long began;
    private long since;
    private long through;

    TimedOutput(OutputStream out, TimeSource time) {
        this.out = out;
        this.time = time;
    }

    /** Something to write. */
    @FunctionalInterface
    private interface Write {
        void run() throws IOException;
    }

    /** Writes all of this. */
    void write(byte[] bytes) throws IOException {
        begin();
        for (int from = 0; from < bytes.length; from += STEP) {
            int start = from;
            int length = Math.min(STEP, bytes.length - from);
            step(length, () -> out.write(bytes, start, length));
        }
    }

    void flush() throws IOException {
        begin();
        step(0, out::flush);
    }

    private synchronized void begin() {
        began = time.nanoTime();
        through = 0;
    }

    private void step(int length, Write write) throws IOException {
        synchronized (this) {
            since = time.nanoTime();
            writing = true;
        }
        try {
            write.run();
        } finally {
            synchronized (this) {
                writing = false;
                through += length;
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

    /**
     * Ends it if nothing has gone through for longer than that, or if one write has taken longer than that and another second for
     * each 32 KiB that went through.
     */
    synchronized void cut(Duration patience) {
        long now = time.nanoTime();
        long earned = TimeUnit.SECONDS.toNanos(through / BYTES_A_SECOND);
        if (writing && !cut
                && (now - since > patience.toNanos() || now - began > patience.toNanos() + earned)) {
            cut = true;
            writer.interrupt();
        }
    }
}
