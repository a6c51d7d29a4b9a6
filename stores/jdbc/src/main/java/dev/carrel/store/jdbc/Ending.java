package dev.carrel.store.jdbc;

import java.util.List;

/** The end of the store's threads, which their connections must outlive. */
final class Ending {
    private Ending() {}

    /** Waits until all of them have ended. Whoever is interrupted meanwhile still is afterwards, and waits nevertheless. */
    static void await(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
