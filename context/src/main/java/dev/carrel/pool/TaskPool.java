package dev.carrel.pool;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Boundary;
import dev.carrel.context.CapturingExecutor;
import dev.carrel.context.Context;
import dev.carrel.context.Strict;
import dev.carrel.error.OverloadedException;
import dev.carrel.pool.Slots.Slot;

/**
 * A named, bounded executor in which each task runs in the context of whoever submitted it.
 *
 * {@snippet :
 * try (TaskPool pool = TaskPool.builder("evaluation").concurrency(4).queue(200).limit(Duration.ofSeconds(30)).build()) {
 *     PooledTask<Score> score = pool.submit(() -> evaluate(answer)); // as the user who is asking now
 *     score.get();
 * }
 * }
 *
 * <ul>
 * <li><b>Context.</b> A task sees what its submitter saw, within a {@link dev.carrel.context.Lifetime} of its own and
 * under a {@link dev.carrel.context.Cancellation} of its own; a worker is at the root between two tasks. Work that is to
 * outlive its turn is submitted in {@link Context#detached}.
 * <li><b>Bounds.</b> So many tasks run, so many are queued; more are rejected. What a task submits or waits for on further
 * threads of its own may run beside them, beyond that number. The queue serves tenants in turn; work for nobody counts as one more
 * tenant.
 * <li><b>Time.</b> A task ends with the earlier of its own limit, the pool's limit and the deadline of its context. Limits
 * count from its start; the deadline counts always, and a task that is queued when it passes never runs. At that moment the
 * callers are free, and the work is asked to stop and interrupted, but only while it holds its thread, and not in the middle
 * of what others have chained to a future that it completes: that runs undisturbed first. If it goes on for
 * longer than the pool's grace, that is reported with its stack: to the system logger, as an event of the flight recorder,
 * and in {@link #status()}. Its slot is then given to others, for so many tasks at a time as {@link TaskPoolBuilder#abandon}
 * says; beyond that it keeps the slot, so the threads of a pool are bounded too. Cancellation works in the same way, also
 * that of the work which the submitter is a part of.
 * <li><b>Nesting.</b> What a task of this pool submits to it while no slot is free runs at once, while the submitting thread
 * waits and on it if it is the task's, in its captured context; so does what was submitted by way of other pools and executors, as long as the task lasts. Its
 * limit interrupts and reports, but cannot free the submitter. A task that asks for the result of a queued one runs that
 * itself; so does each further thread that works in the task's context. So tasks that wait for tasks never wait for ever,
 * unless in a circle. Only {@code get} and the bulk operations are known for such a wait: a latch, or the {@code join} of a
 * future whose function is queued here, may be waited for for ever, and so may a result that is asked for on a thread in
 * another context. A task must not wait for what its submitter does after the submit, and one that starts its own successor
 * for ever should be a loop.
 * <li><b>Failures</b> carry a {@link SubmitTrace}, unless that is switched off.
 * </ul>
 *
 * Thread-safe.
 */
public final class TaskPool implements CapturingExecutor {
    private static final System.Logger LOG = System.getLogger(TaskPool.class.getName());
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    /** Tasks inside each other on one thread, before the next gets a fresh stack. */
    private static final int DEEPEST = 32;

    private final Settings settings;
    private final Tally tally = new Tally();
    private final Slots slots;
    private final Workers workers;
    private final Watch watch = new Watch(this);
    private final AtomicLong ids = new AtomicLong();
    private final PoolEvents.Registration events;
    private volatile boolean stopped;

    TaskPool(Settings settings) {
        this.settings = settings;
        this.slots = new Slots(settings, tally);
        this.workers = new Workers(settings);
        this.events = PoolEvents.register(this::status);
        Strict.began(this, "task pool \"" + settings.name() + "\"");
    }

    /**
     * A pool of this name, to be described.
     *
     * @throws IllegalArgumentException if the name is not 1 to 64 of {@code a-z 0-9 . -} or does not begin with a letter
     */
    public static TaskPoolBuilder builder(String name) {
        return new TaskPoolBuilder(name);
    }

    /** Its name. */
    public String name() {
        return settings.name();
    }

    /** Where its tasks stand now. */
    public PoolStatus status() {
        Tally.Snapshot counted = tally.snapshot();
        return new PoolStatus(name(), settings.concurrency(), settings.queue(), counted.total(), counted.background(),
                counted.tenants(), counted.other(), watch.stuck());
    }

    /**
     * Submits a task.
     *
     * @throws RejectedExecutionException if the pool is full, with an {@link OverloadedException} as its cause that is fit
     *         for the public; or if it was shut down
     */
    @Override
    public <T extends @Nullable Object> PooledTask<T> submit(Callable<T> task) {
        return accept(task, null, false);
    }

    /**
     * Submits a task that may run for {@code limit}, or for the pool's limit if that is less.
     *
     * @throws IllegalArgumentException if the limit is not positive
     * @throws RejectedExecutionException as {@link #submit(Callable)} does
     */
    public <T extends @Nullable Object> PooledTask<T> submit(Callable<T> task, Duration limit) {
        return accept(task, TaskPoolBuilder.positive(name(), limit, "limit of a task"), false);
    }

    /** As {@link #submit(Callable, Duration)}, for a task without a result: the duration is its limit. */
    public PooledTask<?> submit(Runnable task, Duration limit) {
        Objects.requireNonNull(task, "task");
        return this.<@Nullable Object>accept(new Executed(task),
                TaskPoolBuilder.positive(name(), limit, "limit of a task"), false);
    }

    @Override
    public <T extends @Nullable Object> PooledTask<T> submit(Runnable task, T result) {
        Objects.requireNonNull(task, "task");
        return submit(() -> {
            task.run();
            return result;
        });
    }

    @Override
    public PooledTask<?> submit(Runnable task) {
        Objects.requireNonNull(task, "task");
        return this.<@Nullable Object>accept(new Executed(task), null, false);
    }

    /** Submits a task of which nobody asks the result: a failure goes to the handler of its thread, and a {@link StoppableTask} is told of its stop. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // that is what this is
    public void execute(Runnable task) {
        Objects.requireNonNull(task, "task");
        accept(new Executed(task), null, true);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
            throws InterruptedException {
        return Bulk.all(this, tasks, -1);
    }

    @Override
    public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout,
            TimeUnit unit) throws InterruptedException {
        return Bulk.all(this, tasks, Math.max(0, unit.toNanos(timeout)));
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
            throws InterruptedException, ExecutionException {
        try {
            return Bulk.any(this, tasks, -1);
        } catch (TimeoutException e) {
            throw new AssertionError("there was no time-out", e);
        }
    }

    @Override
    public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout,
            TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        return Bulk.any(this, tasks, Math.max(0, unit.toNanos(timeout)));
    }

    /** Finds a place for the task and sets it off; one that runs inline has ended when this returns. */
    <T extends @Nullable Object> Task<T> accept(Callable<T> body, @Nullable Duration limit, boolean unwatched) {
        Objects.requireNonNull(body, "task");
        Context captured = Context.current().across(Boundary.EXECUTOR);
        var task = new Task<>(this, ids.incrementAndGet(), body, captured, shorter(limit, settings.limit()), unwatched);
        Run run = Run.current();
        Hop hop = Hop.of(captured);
        boolean nested = (run != null && run.within(this)) || (hop != null && hop.within(this));
        Slots.Place place = slots.place(task, nested);
        switch (place) {
            case FULL -> throw new RejectedExecutionException(
                    "pool \"" + name() + "\" is full: " + settings.concurrency()
                            + " tasks run and " + settings.queue() + " are queued",
                    new OverloadedException("Too much is going on at the moment. Please try again.", RETRY_AFTER));
            case CLOSED -> throw new RejectedExecutionException("pool \"" + name() + "\" was shut down");
            default -> follow(task, place);
        }
        if (place == Slots.Place.STARTS) {
            start(task, new Slot(task));
        } else if (place == Slots.Place.INLINE) {
            inline(task, run);
        }
        return task;
    }

    /** Gives its place back if a bridge throws: whoever submits gets that, and no task. */
    private void follow(Task<?> task, Slots.Place place) {
        try {
            task.follow();
        } catch (RuntimeException | Error ofTheBridge) {
            task.stop(TaskStatus.CANCELLED, false);
            if (place == Slots.Place.STARTS) {
                Slot slot = new Slot(task);
                slots.next(slot).ifPresent(next -> start(next, slot));
                ended();
            } else if (place == Slots.Place.INLINE) {
                inlineEnded();
            }
            throw ofTheBridge;
        }
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        return one == null || other == null ? (one == null ? other : one) : one.compareTo(other) <= 0 ? one : other;
    }

    /** Gives the task a thread. One that gets none is cancelled, and the slot goes to the next. */
    private void start(Task<?> first, Slot slot) {
        Optional<Task<?>> task = Optional.of(first);
        while (task.isPresent()) {
            Task<?> now = task.get();
            try {
                workers.execute(() -> work(now, slot));
                return;
            } catch (RuntimeException | Error noThread) {
                LOG.log(Level.ERROR, "there is no thread for a task of pool \"" + name() + "\"", noThread);
                now.stop(TaskStatus.CANCELLED, false);
                task = slots.next(slot);
            }
        }
        ended();
    }

    private void work(Task<?> first, Slot slot) {
        Optional<Task<?>> task = Optional.of(first);
        while (task.isPresent()) {
            task.get().runOn(slot);
            task = slots.next(slot);
            if (task.isPresent() && !workers.kept()) {
                start(task.get(), slot);
                return;
            }
        }
        watch.threadLeft();
        ended();
    }

    /**
     * Runs it at once, on this thread if that is the task's own and its stack is not deep; on another while this one waits, if
     * it only helps a task: it can be interrupted by whoever made it, who does not know that it is in somebody else's task.
     */
    void inline(Task<?> task, @Nullable Run run) {
        if (run != null && run.thread() == Thread.currentThread() && run.depth() < DEEPEST) {
            task.runInline(run);
            return;
        }
        Thread fresh = workers.spare(() -> task.runBeside(run));
        boolean interrupted = false;
        while (true) {
            try {
                fresh.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // it is told by itself: its cancellation is a part of ours
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A slot has become free although its task goes on. */
    void startNext() {
        slots.startNext().ifPresent(task -> start(task, new Slot(task)));
    }

    Settings settings() {
        return settings;
    }

    Slots slots() {
        return slots;
    }

    Tally tally() {
        return tally;
    }

    Watch watch() {
        return watch;
    }

    /** Whether even what was accepted is not to begin any more. */
    boolean stopped() {
        return stopped;
    }

    /** A task without a slot of its own has left its thread. */
    void inlineEnded() {
        slots.inlineEnded();
        ended();
    }

    private void ended() {
        if (slots.terminated()) {
            workers.close();
            events.close();
            Strict.ended(this);
        }
    }

    @Override
    public void shutdown() {
        slots.close();
        ended();
    }

    /**
     * Accepts nothing more, cancels what is queued and interrupts what runs.
     *
     * @return the work that was queued, each piece in its own context, for whoever wants to do it after all; those who wait
     *         for its tasks are told that they were cancelled
     */
    @Override
    public List<Runnable> shutdownNow() {
        // First: a task whose thread is just starting is neither queued nor present, and looks here.
        stopped = true;
        shutdown();
        return watch.stopAll();
    }

    @Override
    public boolean isShutdown() {
        return slots.closed();
    }

    /** Whether it was shut down and no thread is in a task any more, not even in one that does not stop. */
    @Override
    public boolean isTerminated() {
        return slots.terminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        boolean terminated = slots.awaitTermination(unit.toNanos(timeout));
        ended();
        return terminated;
    }

    /**
     * Accepts nothing more and waits for what is queued and running, for as long as {@link TaskPoolBuilder#closing} says.
     * Then, or when this thread is interrupted, the rest is cancelled and interrupted, and gets the pool's grace. What goes
     * on even then is reported, and this returns nevertheless: an application must be able to stop.
     */
    @Override
    public void close() {
        boolean interrupted = false;
        shutdown();
        try {
            awaitTermination(TimeUnit.NANOSECONDS.convert(settings.closing()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!isTerminated()) {
            shutdownNow();
            try {
                awaitTermination(TimeUnit.NANOSECONDS.convert(settings.grace()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            watch.reportAll();
        }
        events.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "TaskPool[" + name() + "]";
    }
}
