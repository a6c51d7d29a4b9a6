package dev.carrel.app.engine;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;

/**
 * Lets those who write one session on this node repeat their changes one after the other. Without it, many who repeat theirs at
 * once overtake each other again and again, and few of them get anywhere. It only saves vain work: what keeps changes apart
 * is the store's comparison of versions, also between nodes. Sessions share a limited number of locks. Thread-safe.
 */
final class Turnstiles {
    private static final int STRIPES = 1024;
    /** Who has waited for so long goes on without. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final ReentrantLock[] locks = new ReentrantLock[STRIPES];

    Turnstiles() {
        for (int i = 0; i < STRIPES; i++) {
            // Fair: who was overtaken first is next.
            locks[i] = new ReentrantLock(true);
        }
    }

    /** For the changes of one piece of work in this session; nothing waits yet. */
    Pass pass(SessionId session) {
        return new Pass(locks[Math.floorMod(session.hashCode(), STRIPES)]);
    }

    /** What one piece of work needs to repeat its changes. Belongs to the thread that uses it. */
    static final class Pass implements AutoCloseable {
        private final ReentrantLock lock;
        private @Nullable ReentrantLock held;
        private boolean asked;

        private Pass(ReentrantLock lock) {
            this.lock = lock;
        }

        /** Waits, the first time, until no other repeats its changes. */
        void enter() {
            if (asked) {
                return;
            }
            asked = true;
            try {
                if (lock.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                    held = lock;
                }
            } catch (InterruptedException e) {
                // Whoever is told to stop still writes, as without a turnstile; where it waits for the store it is noticed.
                Thread.currentThread().interrupt();
            }
        }

        /** Lets the next one in. */
        @Override
        public void close() {
            if (held != null) {
                held.unlock();
                held = null;
            }
        }
    }
}
