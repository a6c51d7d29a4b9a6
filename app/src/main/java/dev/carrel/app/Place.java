package dev.carrel.app;

/** An endpoint under its name, and how many use it just now: one that makes room for another is closed by its last user. Thread-safe. */
final class Place {
    private final Endpoint endpoint;
    private int users;
    private boolean leaving;

    Place(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** One more uses it; false if it makes room, and another may have its name by now. */
    synchronized boolean enter() {
        if (leaving) {
            return false;
        }
        users++;
        return true;
    }

    /** One fewer uses it. */
    synchronized void exit() {
        users--;
        notifyAll();
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
    }
}
