package dev.carrel.pool;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.context.Principal;
import dev.carrel.error.DeadlineException;
import dev.carrel.interrupt.Handshake;
import dev.carrel.pool.Slots.Slot;
import dev.carrel.time.TimeSource;

/** A task on its way through a pool. Whoever ends it, once, tells those who wait; its thread is told apart from that. */
final class Task<T extends @Nullable Object> implements PooledTask<T> {
    private sealed interface Outcome<T extends @Nullable Object> {}

    private record Returned<T extends @Nullable Object>(T value) implements Outcome<T> {}

    private record Threw<T extends @Nullable Object>(Throwable failure) implements Outcome<T> {}

    private static final System.Logger LOG = System.getLogger(TaskPool.class.getName());

    private static final ThreadFactory TELLERS = Thread.ofVirtual().name("carrel-stopped-", 0)
            .inheritInheritableThreadLocals(false).factory();

    private final TaskPool pool;
    private final long id;
    private final String tenant;
    private final @Nullable Duration limit;
    private final boolean unwatched;
    private final Hop hop;
    private final TaskState state = new TaskState();
    private final Handshake handshake = Handshake.ofTask();
    private final Cancellation.Source cancellation = Cancellation.source();
    private final TaskTimes times;
    /** Both are let go when the task ends, so that a future that is kept keeps nothing of a user's. */
    private @Nullable Callable<T> body;
    private @Nullable Context captured;
    private Cancellation.@Nullable Registration above;
    /** How it ended by itself; written before the status says so, by the thread that runs it. */
    private @Nullable Outcome<T> outcome;
    private final List<Wait> waits = new ArrayList<>(1);
    /** The worker's slot that it runs on; null while it has none of its own. */
    private volatile @Nullable Slot slot;

    /**
     * A queued task, that runs in {@code captured}.
     *
     * @param unwatched whether nobody can ask for its result, so that a failure goes to the thread's handler
     */
    Task(TaskPool pool, long id, Callable<T> body, Context captured, @Nullable Duration limit, boolean unwatched) {
        this.pool = pool;
        this.id = id;
        this.body = body;
        this.captured = captured;
        this.limit = limit;
        this.unwatched = unwatched;
        this.tenant = Principal.of(captured).map(Principal::tenant).orElse(Tally.BACKGROUND);
        Hop before = Hop.of(captured);
        SubmitSite sites = before == null ? null : before.site();
        this.hop = new Hop(pool, state, pool.settings().submitTraces() ? SubmitSite.here(pool, id, sites) : sites,
                before);
        this.times = new TaskTimes(pool.settings().time());
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public TaskStatus status() {
        return state.status();
    }

    TaskPool pool() {
        return pool;
    }

    String tenant() {
        return tenant;
    }

    Hop hop() {
        return hop;
    }

    TaskTimes times() {
        return times;
    }

    Handshake handshake() {
        return handshake;
    }

    Optional<Slot> slot() {
        return Optional.ofNullable(slot);
    }

    /** Ends with what it is a part of: when the deadline of its context passes, or that is cancelled. */
    void follow() {
        Context context = captured;
        // The root's cancellation never comes: nothing to listen to, and the usual case of work for nobody.
        if (context == null || context.cancellation() == Context.root().cancellation()) {
            return;
        }
        Cancellation parent = context.cancellation();
        Cancellation.Registration registration = Context.root().call(() -> parent.onRequest(() -> stoppedWith(parent)));
        synchronized (this) {
            above = registration;
        }
        if (isDone()) {
            registration.close();
        }
    }

    private boolean stoppedWith(Cancellation parent) {
        return stop(parent.late() ? TaskStatus.TIMED_OUT : TaskStatus.CANCELLED, true);
    }

    /** Runs it as a worker's work, unless it has ended meanwhile. */
    void runOn(Slot itsSlot) {
        slot = itsSlot;
        run(Run.first(this, itsSlot, null));
    }

    /** Runs it in the middle of what this thread does. */
    void runInline(Run below) {
        try {
            run(Run.inside(this, below));
        } finally {
            pool.inlineEnded();
        }
    }

    /** Runs it on a thread of its own; one that is in the middle of {@code below}, or helps that, waits meanwhile. */
    void runBeside(@Nullable Run below) {
        try {
            run(Run.first(this, null, below));
        } finally {
            pool.inlineEnded();
        }
    }

    private void run(Run run) {
        boolean worker = run.slot() != null && run.depth() == 0;
        // Of what this is in the middle of, the handshake takes care.
        boolean flagBefore = !Handshake.innermost().holds() && Thread.interrupted();
        hop.runs(run);
        pool.watch().entered(this);
        try {
            handshake.run(() -> begin(run));
        } finally {
            // Whatever flag is left on a worker's own thread was meant for this task. On another's, only ours goes.
            if (worker) {
                Thread.interrupted();
            } else if (flagBefore) {
                Thread.currentThread().interrupt();
            }
            pool.watch().left(this);
            hop.runs(null);
            slot = null;
        }
    }

    private void begin(Run run) {
        Context context = captured;
        Callable<T> work = body;
        if (context == null || work == null) {
            return;
        }
        if (pool.stopped() && stop(TaskStatus.CANCELLED, false)) {
            return;
        }
        // The clock may not have told yet.
        if (context.cancellation().requested() && stoppedWith(context.cancellation())) {
            return;
        }
        if (pool.tally().begin(tenant, state)) {
            times.begins();
            call(run, context, work);
        }
    }

    private void call(Run run, Context context, Callable<T> work) {
        Outcome<T> how;
        TimeSource.Timer timer = null;
        try (Lifetime life = Lifetime.begin(Kind.TASK, name())) {
            Context own = hop.bind(life.bind(context));
            if (limit != null) {
                own = own.withDeadline(Deadline.after(limit, pool.settings().time()));
                timer = pool.settings().time().after(limit, () -> stop(TaskStatus.TIMED_OUT, true));
            }
            Context bound = cancellation.bind(own);
            how = new Returned<>(run.call(() -> bound.<T, Exception>call(work::call)));
        } catch (Throwable thrown) {
            // Errors too: whoever asks is told, and the worker goes on.
            how = new Threw<>(thrown);
        }
        if (timer != null) {
            timer.cancel();
        }
        finish(how);
        cancellation.close();
    }

    private void finish(Outcome<T> how) {
        outcome = how;
        switch (how) {
            case Returned<T> returned -> {
                if (end(TaskStatus.DONE) == null) {
                    outcome = null;
                }
            }
            case Threw<T>(Throwable failure) -> {
                hop.traced(failure);
                if (end(TaskStatus.FAILED) == null) {
                    outcome = null;
                } else if (unwatched) {
                    tellHandler(failure);
                }
            }
        }
        body = null;
        captured = null;
    }

    /** One that fails is ignored, as the JVM does: it must not take the worker, and with it the slot, along. */
    private void tellHandler(Throwable failure) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        } catch (Throwable ofTheHandler) {
            LOG.log(Level.ERROR, "the handler of uncaught exceptions failed on the failure of " + name(),
                    ofTheHandler);
        }
    }

    /** Ends it; what it was until now, or null if it had ended. */
    private @Nullable TaskStatus end(TaskStatus how) {
        TaskStatus before = pool.tally().end(tenant, state, how).orElse(null);
        if (before == null) {
            return null;
        }
        times.ends();
        Cancellation.Registration registration;
        List<Wait> waiting;
        synchronized (this) {
            registration = above;
            waiting = List.copyOf(waits);
        }
        waiting.forEach(Wait::wake);
        if (registration != null) {
            registration.close();
        }
        PoolEvents.ended(this);
        return before;
    }

    /** Ends it before it has ended by itself: frees who waits for it, then asks the work to stop. */
    boolean stop(TaskStatus how, boolean interrupt) {
        Callable<T> work = body;
        TaskStatus before = end(how);
        if (before != null && work instanceof Executed(StoppableTask told)) {
            // Not here: what it tells may take its time, and this may be the thread of all timers.
            TELLERS.newThread(() -> told.stopped(why(how))).start();
        }
        if (before == TaskStatus.QUEUED) {
            pool.slots().remove(this);
            body = null;
            captured = null;
        } else if (before == TaskStatus.RUNNING) {
            if (how == TaskStatus.CANCELLED) {
                cancellation.cancel("The task was cancelled.");
            }
            if (interrupt) {
                handshake.interrupt();
                pool.watch().over(this);
            }
        }
        return before != null;
    }

    @Override
    public boolean cancel(boolean interrupt) {
        return stop(TaskStatus.CANCELLED, interrupt);
    }

    /** The work, for whoever wants to do it after all; only before it has begun. */
    Runnable leftOver() {
        Context context = captured;
        Callable<T> work = body;
        return context == null || work == null ? () -> {} : () -> {
            try {
                context.call(work::call);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(name() + " failed", e);
            }
        };
    }

    synchronized void add(Wait wait) {
        waits.add(wait);
    }

    synchronized void remove(Wait wait) {
        waits.remove(wait);
    }

    @Override
    public boolean isDone() {
        return status().ended();
    }

    @Override
    public boolean isCancelled() {
        return status() == TaskStatus.CANCELLED;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        Wait.forAny(List.of(this), -1);
        return result();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (!Wait.forAny(List.of(this), Math.max(0, unit.toNanos(timeout)))) {
            throw new TimeoutException(name() + " is still "
                    + status().name().toLowerCase(Locale.ROOT) + " after " + timeout + " " + unit);
        }
        return result();
    }

    private T result() throws ExecutionException {
        switch (status()) {
            case DONE, FAILED -> {
                switch (Objects.requireNonNull(outcome)) {
                    case Returned<T>(T value) -> {
                        return value;
                    }
                    case Threw<T>(Throwable failure) -> throw new ExecutionException(failure);
                }
            }
            case TIMED_OUT -> throw new ExecutionException(why(TaskStatus.TIMED_OUT));
            default -> throw new CancellationException(name() + " was cancelled");
        }
    }

    private Throwable why(TaskStatus how) {
        if (how != TaskStatus.TIMED_OUT) {
            return new CancellationException(name() + " was cancelled");
        }
        return hop.traced(new DeadlineException(times.begun()
                ? "Task " + id + " of pool \"" + pool.name() + "\" did not end in time"
                        + (limit == null ? "." : "; its limit is " + limit + ".")
                : "Task " + id + " of pool \"" + pool.name()
                        + "\" was still queued when the deadline of its context passed."));
    }

    private String name() {
        return "task " + id + " of pool \"" + pool.name() + "\"";
    }

    @Override
    public String toString() {
        return "PooledTask[" + id + " of pool \"" + pool.name() + "\", " + status() + "]";
    }
}
