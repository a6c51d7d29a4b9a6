package dev.carrel.app;

import java.util.concurrent.TimeUnit;

import dev.carrel.error.UnavailableException;

/**
 * An endpoint under its name, and how many use it just now. It ends in two steps: its batches, and then, once nobody uses it any
 * more, its model. Thread-safe.
 */
final class Place {
    private final Endpoint endpoint;
    private int users;
    private boolean leaving;
    private boolean closed;
    /** Whether the last user is the one who lets go of the model. */
    private boolean lastReleases;

    Place(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /**
     * One more uses it; false if it makes room, and another may have its name by now.
     *
     * @throws UnavailableException if it is closed, and no other has
     */
    synchronized boolean enter() {
        if (leaving) {
            return false;
        }
        if (closed) {
            throw new UnavailableException("The server is stopping.");
        }
        users++;
        return true;
    }

    /** One fewer uses it. */
    void exit() {
        synchronized (this) {
            users--;
            notifyAll();
            if (users > 0 || !lastReleases) {
                return;
            }
        }
        endpoint.release();
    }

    /** Lets nobody in any more, waits for those who are, and closes the endpoint. */
    void makeRoom() throws InterruptedException {
        synchronized (this) {
            leaving = true;
            while (users > 0) {
                wait();
            }
        }
        endpoint.close();
        endpoint.release();
    }

    /** Closes the endpoint's batches, which answers those who wait for them, and lets nobody in any more. */
    void close() {
        endpoint.close();
        synchronized (this) {
            closed = true;
        }
    }

    /** Lets go of the model once nobody uses it any more, for which this waits until then; after that the last user does. */
    void release(long end) {
        boolean interrupted = false;
        boolean nobody;
        synchronized (this) {
            for (long now = System.nanoTime(); users > 0 && now - end < 0 && !interrupted; now = System.nanoTime()) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(this, Math.max(end - now, 1_000_000));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            lastReleases = users > 0;
            nobody = !lastReleases;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (nobody) {
            endpoint.release();
        }
    }
}
