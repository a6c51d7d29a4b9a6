package dev.carrel.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/**
 * Slows down guessing: after five wrong passwords for a name, each further one costs a wait that doubles, up to a
 * minute. Checking a password is dear on purpose, so only two are checked at once. Thread-safe; remembers the last 10,000
 * names.
 */
final class LoginThrottle {
    private static final int FREE = 5;
    private static final int NAMES = 10_000;

    private record Failures(int count, long until) {}

    private final TimeSource time;
    private final Semaphore checks = new Semaphore(2, true);
    private final Map<String, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > NAMES;
        }
    };

    LoginThrottle(TimeSource time) {
        this.time = time;
    }

    /** Runs the check, unless the name has to wait; {@code right} says whether its result is a success. */
    <T> T check(String name, Supplier<T> check, java.util.function.Predicate<T> right) {
        refuseWhileWaiting(name);
        try {
            if (!checks.tryAcquire(5, TimeUnit.SECONDS)) {
                throw new OverloadedException("Too many people are signing in at once.", Duration.ofSeconds(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("The server is stopping.");
        }
        T result;
        try {
            // Again: a hundred guesses that came at once have all passed the first time.
            refuseWhileWaiting(name);
            result = check.get();
        } finally {
            checks.release();
        }
        count(name, right.test(result));
        return result;
    }

    private synchronized void refuseWhileWaiting(String name) {
        Failures known = failures.get(name);
        if (known != null && known.count >= FREE) {
            Duration left = Duration.ofNanos(known.until - time.nanoTime());
            if (left.isPositive()) {
                throw new OverloadedException("Too many wrong passwords for this name.", left.plusSeconds(1));
            }
        }
    }

    private synchronized void count(String name, boolean right) {
        if (right) {
            failures.remove(name);
            return;
        }
        Failures known = failures.get(name);
        int count = known == null ? 1 : known.count + 1;
        long wait = count < FREE ? 0 : Math.min(60, 1L << Math.min(6, count - FREE));
        failures.put(name, new Failures(count, time.nanoTime() + TimeUnit.SECONDS.toNanos(wait)));
    }
}
