package dev.carrel.proofs;

import org.jetbrains.lincheck.Lincheck;

/** Runs a small program again and again, each time in another order of its threads' steps. */
public final class Interleavings {
    private static final int MANY = Integer.getInteger("proofs.interleavings", 3_000);

    private Interleavings() {}

    /** Fails, with the order of steps, as soon as {@code program} throws or hangs. */
    public static void all(Program program) {
        Lincheck.runConcurrentTest(MANY, () -> {
            try {
                program.run();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Runs the parts beside each other, and returns when all have ended. */
    public static void together(Runnable... parts) throws InterruptedException {
        var threads = new Part[parts.length];
        for (int i = 0; i < parts.length; i++) {
            threads[i] = new Part(parts[i]);
        }
        for (Thread thread : threads) {
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Fails, saying {@code otherwise}, if it does not hold. */
    public static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** What is run in every order. */
    @FunctionalInterface
    public interface Program {
        /** Begins anew each time. */
        void run() throws InterruptedException;
    }

    /**
     * A thread that holds its task in a field of its own. Lincheck 3.7 does not look into what is handed to
     * {@code new Thread(task)}: it would take everything that the task refers to for this thread's alone, and never
     * switch there. {@link FindsRacesTest} notices.
     */
    private static final class Part extends Thread {
        private final Runnable part;

        Part(Runnable part) {
            this.part = part;
        }

        @Override
        public void run() {
            part.run();
        }
    }
}
