package dev.carrel.context;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import dev.carrel.error.DeadlineException;
import dev.carrel.time.TimeSource;

/**
 * The moment at which work is no longer wanted: absolute and monotonic, so that waiting in a queue counts. Inside another
 * deadline the earlier one holds. What goes to another process is the {@link #remaining() remaining time}. Immutable and
 * thread-safe.
 */
public final class Deadline {
    /** About 146 years: far enough, and no difference of two moments overflows. */
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final long at;
    private final TimeSource time;

    private Deadline(long at, TimeSource time) {
        this.at = at;
        this.time = time;
    }

    /**
     * The moment {@code duration} from now.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     */
    public static Deadline after(Duration duration) {
        return after(duration, TimeSource.system());
    }

    /** The moment {@code duration} from now on this clock. */
    public static Deadline after(Duration duration, TimeSource time) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("a deadline lies ahead; this one was to be " + duration + " from now");
        }
        return new Deadline(time.nanoTime() + nanos(duration), Objects.requireNonNull(time, "time"));
    }

    private static long nanos(Duration duration) {
        return duration.toSeconds() >= FOREVER / 1_000_000_000L ? FOREVER : duration.toNanos();
    }

    /** That of the running work; empty if it has none. */
    public static Optional<Deadline> current() {
        return Context.current().deadline();
    }

    /** The time that is left; zero once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - time.nanoTime()));
    }

    /** Whether it has passed. */
    public boolean passed() {
        return at - time.nanoTime() <= 0;
    }

    /**
     * Does nothing before the deadline.
     *
     * @throws DeadlineException from then on
     */
    public void throwIfPassed() {
        if (passed()) {
            throw new DeadlineException("The deadline has passed.");
        }
    }

    /** The earlier of the two; on different clocks, the one with less time left now. */
    public Deadline earlier(Deadline other) {
        long difference = time == other.time
                ? at - other.at
                : remaining().compareTo(other.remaining());
        return difference <= 0 ? this : other;
    }

    TimeSource.Timer whenPassed(Runnable action) {
        return time.after(remaining(), action);
    }

    @Override
    public String toString() {
        return "Deadline[in " + remaining() + "]";
    }
}
