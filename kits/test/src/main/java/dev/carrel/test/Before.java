package dev.carrel.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

import org.opentest4j.AssertionFailedError;

import dev.carrel.context.Strict;

/** What was there at a moment, to tell what has been left since. */
final class Before {
    private static final Duration STEP = Duration.ofMillis(10);
    /** What was told once, or is allowed to a test, is not told again of its class, or of whoever comes next. */
    private static final Set<Object> EXCUSED = Collections.synchronizedSet(new HashSet<>());

    private final Set<Throwable> began = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Threads threads = Threads.now();

    private Before() {
        Strict.left().forEach(left -> began.add(left.where()));
    }

    static Before now() {
        return new Before();
    }

    /** Something that was left, and where it began or what it does. */
    private record Left(Object identity, String what, Throwable where) {}

    void assertNothingLeft(String who, Duration patience, AllowedThreads mayLeave) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        List<Left> left = left(mayLeave);
        while (!left.isEmpty() && System.nanoTime() - end < 0) {
            Thread.sleep(STEP);
            left = left(mayLeave);
        }
        if (!left.isEmpty()) {
            var failure = new AssertionFailedError(
                    who + " left behind, " + patience.toMillis() + " ms after its end:\n  "
                            + String.join("\n  ", left.stream().map(Left::what).toList()));
            for (Left one : left) {
                EXCUSED.add(one.identity());
                failure.addSuppressed(one.where());
            }
            throw failure;
        }
    }

    private List<Left> left(AllowedThreads mayLeave) {
        List<Left> left = new ArrayList<>();
        for (Strict.Left each : Strict.left()) {
            if (!began.contains(each.where())) {
                left.add(new Left(each.where(), each.what(), each.where()));
            }
        }
        for (Threads.Seen thread : threads.since()) {
            if (mayLeave.allow(thread.name())) {
                EXCUSED.add(thread.id());
            } else {
                left.add(new Left(thread.id(), thread.toString(), thread.stack()));
            }
        }
        left.removeIf(one -> EXCUSED.contains(one.identity()));
        return left;
    }
}
