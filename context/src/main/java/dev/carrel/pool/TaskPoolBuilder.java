package dev.carrel.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.carrel.time.TimeSource;

/** Says what a {@link TaskPool} is to be. Not thread-safe. */
public final class TaskPoolBuilder {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]{0,63}");

    private final String name;
    private boolean virtual = true;
    private int concurrency = Runtime.getRuntime().availableProcessors();
    private int queue = 1_000;
    private @Nullable Duration limit;
    private Duration grace = Duration.ofSeconds(5);
    private Duration closing = Duration.ofSeconds(30);
    private int abandonable = -1;
    private TimeSource time = TimeSource.system();
    private boolean submitTraces = !"false".equals(System.getProperty("carrel.submitTraces"));

    TaskPoolBuilder(String name) {
        if (!NAME.matcher(Objects.requireNonNull(name, "name")).matches()) {
            throw new IllegalArgumentException("a pool's name must be 1 to 64 of a-z 0-9 . - and begin with a letter, "
                    + "not \"" + name + "\"");
        }
        this.name = name;
    }

    /** A virtual thread for each task: for work that waits. This is the default. */
    public TaskPoolBuilder virtual() {
        virtual = true;
        return this;
    }

    /** Platform threads, kept for the next task: for work that computes, or that blocks in native code. */
    public TaskPoolBuilder platform() {
        virtual = false;
        return this;
    }

    /** How many tasks run at once, at least 1; as many as there are processors if nothing is said. */
    public TaskPoolBuilder concurrency(int tasks) {
        concurrency = positive(tasks, "concurrency");
        return this;
    }

    /** How many tasks wait for a thread, at least 1, before more are rejected; 1,000 if nothing is said. */
    public TaskPoolBuilder queue(int tasks) {
        queue = positive(tasks, "queue");
        return this;
    }

    /** How long a task may run, counted from its start; no limit if nothing is said. A task can be given less. */
    public TaskPoolBuilder limit(Duration duration) {
        limit = positive(duration, "limit");
        return this;
    }

    /** How long a task that was told to stop has before it is reported; 5 seconds if nothing is said. */
    public TaskPoolBuilder grace(Duration duration) {
        grace = positive(duration, "grace");
        return this;
    }

    /** How long {@link TaskPool#close} lets work go on before it is told to stop; 30 seconds if nothing is said. */
    public TaskPoolBuilder closing(Duration duration) {
        closing = positive(duration, "closing time");
        return this;
    }

    /**
     * How many threads may be given up at a time: that of a task which does not stop within the grace no longer counts
     * towards the concurrency. As many as the concurrency if nothing is said, so a pool never has more than twice that
     * number of threads. Zero keeps every such task in its place.
     */
    public TaskPoolBuilder abandon(int threads) {
        if (threads < 0) {
            throw new IllegalArgumentException(
                    "pool \"" + name + "\": the number of threads to abandon must be at least"
                            + " 0, not " + threads);
        }
        abandonable = threads;
        return this;
    }

    /** The clock of limits and reports. What callers wait for, and closing, goes by the machine's. */
    public TaskPoolBuilder time(TimeSource source) {
        time = Objects.requireNonNull(source, "time");
        return this;
    }

    /**
     * Whether a failure tells where its task was submitted, as a {@link SubmitTrace}. On if nothing is said, unless the
     * system property {@code carrel.submitTraces} is {@code false}. Costs a few microseconds a submit.
     */
    public TaskPoolBuilder submitTraces(boolean on) {
        submitTraces = on;
        return this;
    }

    /** The pool; whoever builds it closes it. */
    public TaskPool build() {
        return new TaskPool(new Settings(name, virtual, concurrency, queue, limit, grace, closing,
                abandonable < 0 ? concurrency : abandonable, time, submitTraces));
    }

    private int positive(int value, String what) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "pool \"" + name + "\": the " + what + " must be at least 1, not " + value);
        }
        return value;
    }

    private Duration positive(Duration value, String what) {
        return positive(name, value, what);
    }

    static Duration positive(String pool, Duration value, String what) {
        if (!Objects.requireNonNull(value, what).isPositive()) {
            throw new IllegalArgumentException(
                    "pool \"" + pool + "\": the " + what + " must be longer than nothing, not " + value);
        }
        return value;
    }
}
