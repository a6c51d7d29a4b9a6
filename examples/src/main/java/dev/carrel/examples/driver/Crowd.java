package dev.carrel.examples.driver;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Many users who do the same thing at once, each on a thread of their own, in waves.
 *
 * <p>A crowd is also what its users wait for. Where a real program waits (for a model, for the network) a case lets everybody
 * {@link #meet}, so that all are in the middle of their work at the same moment: what happens in production on a bad day
 * happens here every time. Programs never see the crowd, only the slow model or network behind which it stands; so both
 * ways wait at the same points, and {@link #meetings} counts that they did. Thread-safe.
 */
public final class Crowd {
    private static final long PATIENCE_SECONDS = 30;

    private final List<User> users;
    private final Phaser everybody;
    private volatile int wave;

    private Crowd(List<User> users) {
        this.users = users;
        this.everybody = new Phaser(users.size());
    }

    /** So many users, the same ones with the same secrets at every run. */
    public static Crowd of(int size) {
        Random random = new Random(size);
        // Sets, so that no two users share a secret and the judge always knows whose it is.
        Set<String> words = new LinkedHashSet<>();
        Set<String> balances = new LinkedHashSet<>();
        while (words.size() < size) {
            words.add(syllable(random) + syllable(random) + syllable(random));
        }
        while (balances.size() < size) {
            balances.add(
                    String.format(Locale.ROOT, "EUR %,d.%02d", 1_000 + random.nextInt(9_000), random.nextInt(100)));
        }
        List<String> word = List.copyOf(words);
        List<String> balance = List.copyOf(balances);
        List<User> users = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            users.add(new User("user-%03d".formatted(i + 1), word.get(i), balance.get(i)));
        }
        return new Crowd(List.copyOf(users));
    }

    private static String syllable(Random random) {
        return "" + "bdfgklmnprstvz".charAt(random.nextInt(14)) + "aeiou".charAt(random.nextInt(5));
    }

    /** What one user does in a wave. */
    @FunctionalInterface
    interface Visit {
        /** Returns the answer that the user is left with. */
        String by(User user) throws InterruptedException;
    }

    /** Everybody, in the order of their ids. */
    public List<User> users() {
        return users;
    }

    /** Waits, as one of the users, until everybody is here. */
    public void meet() {
        await(everybody.arrive());
    }

    /** Says that this user is here, and goes on. */
    public void arrive() {
        everybody.arrive();
    }

    /** Waits, as somebody who serves the users, until everybody has been here for the first time in this wave. */
    public void awaitEverybody() {
        await(wave);
    }

    /** Waits, as somebody who serves the users, until this holds. */
    public void awaitThat(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean() && !everybody.isTerminated()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                throw new IllegalStateException("what was waited for did not come in " + PATIENCE_SECONDS + " s");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    /** How often everybody was here. */
    public int meetings() {
        return everybody.getPhase();
    }

    /** Lets everybody do {@code visit} at once; the answers in the order of {@link #users}. */
    List<String> wave(Visit visit) {
        wave = everybody.getPhase();
        List<Callable<String>> visits = new ArrayList<>();
        for (User user : users) {
            visits.add(() -> visit(visit, user));
        }
        try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> answers = new ArrayList<>();
            for (Future<String> answer : requests.invokeAll(visits)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a program failed, which proves nothing about its answers", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted in the middle of a wave", e);
        }
    }

    private String visit(Visit visit, User user) throws InterruptedException {
        try {
            return visit.by(user);
        } catch (Throwable failure) {
            everybody.forceTermination(); // or the others would wait for somebody who never comes
            throw failure;
        }
    }

    private void await(int phase) {
        try {
            everybody.awaitAdvanceInterruptibly(phase, PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(String.format(Locale.ROOT, "only %d of %d users came within %d s",
                    everybody.getArrivedParties(), users.size(), PATIENCE_SECONDS), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the others", e);
        }
    }
}
