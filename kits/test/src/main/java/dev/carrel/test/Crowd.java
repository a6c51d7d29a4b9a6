package dev.carrel.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** One run of {@link Users}: the users, and what was found. Thread-safe. */
final class Crowd {
    /** So many are told in full; the rest is counted. */
    private static final int TOLD = 10;

    /** What was found, remembered even where the application swallows it. */
    private static final class Finding extends AssertionFailedError {
        private static final long serialVersionUID = 1L;

        Finding(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final List<User> users = new ArrayList<>();
    private final Queue<Throwable> found = new ConcurrentLinkedQueue<>();
    /** Those who were told to stop: what they say of that is no news. */
    private final Set<User> late = ConcurrentHashMap.newKeySet();
    private final AtomicInteger crossings = new AtomicInteger();
    private final AtomicInteger losses = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicLong looks = new AtomicLong();

    Crowd(int count, int tenants) {
        for (int i = 0; i < count; i++) {
            users.add(new User(this, i, "user" + i / tenants, "tenant" + i % tenants));
        }
    }

    Users.Report report() {
        return new Users.Report(users.size(), looks.get());
    }

    /** Looks for the canary of another in what has come to {@code user}. */
    void judge(User user, String text, String what) {
        looks.incrementAndGet();
        List<User> others = user.others(text);
        if (!others.isEmpty()) {
            crossed(user, what, others.stream().map(User::toString).toList().toString());
        }
    }

    void crossed(User user, String what, String whose) {
        crossings.incrementAndGet();
        throw remembered(new Finding(
                user + " met a value of " + whose + ", in " + what + ", on " + Thread.currentThread(), null));
    }

    void lost(User user, String what) {
        losses.incrementAndGet();
        throw remembered(
                new Finding("of " + user + " something is lost: " + what + ", on " + Thread.currentThread(), null));
    }

    private Finding remembered(Finding finding) {
        if (found.size() < TOLD) {
            found.add(finding);
        }
        return finding;
    }

    /** Runs the call as all of them, from one moment on. */
    <R extends @Nullable Object> List<R> together(Users.Call<R> call, Duration limit) {
        var ready = new CountDownLatch(users.size());
        var start = new CountDownLatch(1);
        List<CompletableFuture<R>> results = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (User user : users) {
            var result = new CompletableFuture<R>();
            results.add(result);
            threads.add(Thread.ofVirtual().name("test " + user).inheritInheritableThreadLocals(false).start(() -> {
                ready.countDown();
                user.context().run(() -> as(user, call, start, result));
            }));
        }
        try {
            ready.await();
            start.countDown();
            await(threads, limit);
        } catch (InterruptedException e) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
            throw new AssertionFailedError("interrupted while " + users.size() + " users were at work", e);
        }
        assertNothingFound();
        List<R> list = new ArrayList<>();
        results.forEach(result -> list.add(result.join()));
        return list;
    }

    private <R extends @Nullable Object> void as(User user, Users.Call<R> call, CountDownLatch start,
            CompletableFuture<R> result) {
        try {
            start.await();
            user.here();
            R value = call.call(user);
            user.here();
            judge(user, String.valueOf(value), "the result");
            result.complete(value);
        } catch (Throwable e) {
            failed(user, e);
        }
    }

    private void failed(User user, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Finding) {
                return;
            }
        }
        try {
            judge(user, textOf(failure), "the text of an exception");
        } catch (Finding crossed) {
            crossed.addSuppressed(failure);
            return;
        }
        if (late.contains(user)) {
            return;
        }
        failures.incrementAndGet();
        remembered(new Finding(user + " failed: " + failure, failure));
    }

    private static String textOf(Throwable failure) {
        var text = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            text.append(cause).append('\n');
            for (Throwable suppressed : cause.getSuppressed()) {
                text.append(suppressed).append('\n');
            }
        }
        return text.toString();
    }

    private void await(List<Thread> threads, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (int i = 0; i < threads.size(); i++) {
            Thread thread = threads.get(i);
            if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                failures.incrementAndGet();
                late.add(users.get(i));
                var finding = new Finding(
                        users.get(i) + " was not done within " + limit + "; the stack is where it stood", null);
                finding.setStackTrace(thread.getStackTrace());
                remembered(finding);
                thread.interrupt();
            }
        }
    }

    private void assertNothingFound() {
        if (crossings.get() + losses.get() + failures.get() > 0) {
            var failure = new AssertionFailedError("of " + users.size() + " users at once: " + crossings.get()
                    + " crossings, " + losses.get() + " losses, " + failures.get() + " failures\n  "
                    + String.join("\n  ", found.stream().map(Throwable::getMessage).toList()));
            found.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
