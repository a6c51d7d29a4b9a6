package dev.carrel.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/**
 * Slows down guessing: after five wrong passwords for a name from one address, each further one from there costs a wait that
 * doubles, up to a minute; after a hundred from wherever, from everywhere. So whoever guesses from one place keeps the name's
 * owner, who is in another, from nothing. Checking a password is dear on purpose, so only two are checked at once. Thread-safe;
 * remembers the last 10,000 names and addresses.
 */
final class LoginThrottle {
    private static final int FREE = 5;
    private static final int FREE_FROM_EVERYWHERE = 100;
    private static final int KEPT = 10_000;

    /** @param place a network, or empty for all of them */
    private record Guessed(String name, String place) {
        int free() {
            return place.isEmpty() ? FREE_FROM_EVERYWHERE : FREE;
        }
    }

    private record Failures(int count, long until) {}

    private final TimeSource time;
    private final Semaphore checks = new Semaphore(2, true);
    private final Map<Guessed, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Guessed, Failures> eldest) {
            return size() > KEPT;
        }
    };

    LoginThrottle(TimeSource time) {
        this.time = time;
    }

    /**
     * Runs the check, unless the name has to wait; {@code right} says whether its result is a success.
     *
     * @param address where the request comes from
     */
    <T> T check(String name, String address, Supplier<T> check, Predicate<T> right) {
        List<Guessed> both = List.of(new Guessed(name, Network.of(address).prefix()), new Guessed(name, ""));
        both.forEach(this::refuseWhileWaiting);
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
            both.forEach(this::refuseWhileWaiting);
            result = check.get();
        } finally {
            checks.release();
        }
        boolean success = right.test(result);
        both.forEach(guessed -> count(guessed, success));
        return result;
    }

    private synchronized void refuseWhileWaiting(Guessed guessed) {
        Failures known = failures.get(guessed);
        if (known != null && known.count >= guessed.free()) {
            Duration left = Duration.ofNanos(known.until - time.nanoTime());
            if (left.isPositive()) {
                throw new OverloadedException("Too many wrong passwords for this name.", left.plusSeconds(1));
            }
        }
    }

    private synchronized void count(Guessed guessed, boolean right) {
        if (right) {
            failures.remove(guessed);
            return;
        }
        Failures known = failures.get(guessed);
        int free = guessed.free();
        int count = known == null ? 1 : known.count + 1;
        long wait = count < free ? 0 : Math.min(60, 1L << Math.min(6, count - free));
        failures.put(guessed, new Failures(count, time.nanoTime() + TimeUnit.SECONDS.toNanos(wait)));
    }
}
