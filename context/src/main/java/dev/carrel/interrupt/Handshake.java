package dev.carrel.interrupt;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Between a piece of work and whoever interrupts it. The work holds its thread from its beginning to its end. An interrupt
 * is sent while it does, or not at all, and what is left of it is cleared at the end: a late one never reaches what the
 * thread does next. Nor does it reach what the thread does in the middle of this work, which may be somebody else's, such as
 * a task that runs inline or the dependent of a stage that this work completes: it waits until that has returned.
 *
 * <p>For one run of one piece of work. Thread-safe.
 */
public final class Handshake {
    /** Holds no thread, ever; nobody takes its lock. */
    private static final Handshake NONE = new Handshake(false);
    /** Of the innermost work; the forks of a structured scope inherit it, and hold threads of their own. */
    private static final ScopedValue<Handshake> INNERMOST = ScopedValue.newInstance();

    private @Nullable Thread thread;
    /** What this is a part of, on the same thread: what begins in the middle of this is in the middle of that as well. */
    private @Nullable Handshake whole;
    /** How many things, one inside the other, the thread does in the middle of this work. */
    private int covers;
    private boolean asked;
    /** How often. */
    private int sent;
    /** An interrupt that the thread had not noticed yet when something else began, put aside for as long; not of a part. */
    private boolean kept;
    private boolean ended;
    /** Whether a flag was cleared at the end. */
    private boolean cleared;
    /** Whether it may be there to carry the function of a stage, and carries none yet. */
    private boolean empty;

    /** How it was, while the thread was in the middle of something else. */
    private record Covered(int covers, int sent, boolean kept) {}

    private Handshake(boolean empty) {
        this.empty = empty;
    }

    /** For work of its own. */
    public Handshake() {
        this(false);
    }

    /** For a task of a pool, which may be there only because the function of a stage was handed to that. */
    public static Handshake ofTask() {
        return new Handshake(true);
    }

    /** Of the innermost work that this is a part of; one that holds no thread if there is none. */
    public static Handshake innermost() {
        return INNERMOST.orElse(NONE);
    }

    /**
     * Of the task that is there to run the function of a stage which begins here; empty if the function runs for itself, or
     * in the middle of somebody's work. What is meant for such a task is meant for the function, and the other way round.
     *
     * @param before the innermost where the function was handed to its executor: one that runs it at once runs it in the
     *        middle of that
     */
    public static Optional<Handshake> carrier(@Nullable Handshake before) {
        Handshake now = innermost();
        if (now == before || now == NONE) {
            return Optional.empty();
        }
        // What runs it under a lease, say, is a part of the task.
        Handshake task = now;
        while (task.whole != null) {
            task = task.whole;
        }
        return task.carries() ? Optional.of(task) : Optional.empty();
    }

    /** The first function only: what runs more, one after the other, is no task of theirs. */
    private synchronized boolean carries() {
        boolean first = empty && covers == 0 && thread == Thread.currentThread();
        empty &= !first;
        return first;
    }

    /** Calls {@code body}, which may be interrupted by this meanwhile, in the middle of what the thread does. */
    public <R extends @Nullable Object, X extends Throwable> R call(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        return Handshake.<R, X>inTheMiddle(innermost(), () -> holding(body));
    }

    /** As {@link #call}, but as a part of what the thread does: an interrupt of that reaches this as well. */
    public <R extends @Nullable Object, X extends Throwable> R callAsPart(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake outer = innermost();
        if (!outer.holds()) {
            return this.<R, X>call(body);
        }
        whole = outer;
        int sentBefore = outer.sentInAll();
        boolean flagged = Thread.currentThread().isInterrupted();
        try {
            return holding(body);
        } finally {
            // What was cleared may have been meant for the whole too.
            if (cleared && (flagged || outer.sentInAll() > sentBefore)) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** As {@link #call}. */
    public void run(Runnable body) {
        this.<@Nullable Void, RuntimeException>call(() -> {
            body.run();
            return null;
        });
    }

    private <R extends @Nullable Object, X extends Throwable> R holding(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        try {
            begin();
            return ScopedValue.where(INNERMOST, this).<R, X>call(body);
        } finally {
            end();
        }
    }

    /** Calls {@code body}, which binds whose it is, in the middle of {@code outer}: no interrupt of that reaches it. */
    private static <R extends @Nullable Object, X extends Throwable> R inTheMiddle(Handshake outer,
            ScopedValue.CallableOp<? extends R, X> body) throws X {
        if (outer == NONE || !outer.cover()) {
            return body.call();
        }
        try {
            return body.call();
        } finally {
            outer.uncover();
        }
    }

    /**
     * Calls {@code body}, which belongs to this work, on whatever thread. In the middle of another work no interrupt of that
     * reaches it. On the thread of this work an interrupt of this does, and is still there when it has returned: whoever calls it
     * may keep its failure for themselves.
     */
    public <R extends @Nullable Object, X extends Throwable> R resume(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake now = innermost();
        Handshake its = living();
        boolean here = its.holds();
        if (here && now.isPartOf(its)) {
            return now.<R, X>directly(body);
        }
        if (now == NONE && (its == NONE || its.hasEnded())) {
            return body.call();
        }
        return Handshake.<R, X>inTheMiddle(now,
                () -> here ? its.lifted(body) : ScopedValue.where(INNERMOST, its).<R, X>call(body));
    }

    /** Of a part that has ended, what it was a part of. */
    private Handshake living() {
        Handshake its = this;
        while (its.whole != null && its.hasEnded()) {
            its = its.whole;
        }
        return its;
    }

    private boolean isPartOf(Handshake other) {
        for (Handshake part = this; part != null; part = part.whole) {
            if (part == other) {
                return true;
            }
        }
        return false;
    }

    private <R extends @Nullable Object, X extends Throwable> R directly(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        boolean flagged = Thread.currentThread().isInterrupted();
        int sentBefore = sentInAll();
        try {
            return body.call();
        } finally {
            if (flagged || sentInAll() > sentBefore) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** With all that this is a part of. */
    private <R extends @Nullable Object, X extends Throwable> R lifted(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake outer = whole;
        return outer == null ? uncovered(body) : outer.<R, X>lifted(() -> uncovered(body));
    }

    private <R extends @Nullable Object, X extends Throwable> R uncovered(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Covered before = lift();
        try {
            return ScopedValue.where(INNERMOST, this).<R, X>call(body);
        } finally {
            lower(before);
        }
    }

    /** Interrupts the work: now, as soon as it begins or has its thread for itself again, or never if it ends before. */
    public synchronized void interrupt() {
        asked = true;
        deliver();
    }

    private void deliver() {
        Thread holder = thread;
        if (asked && covers == 0 && holder != null) {
            asked = false;
            sent++;
            holder.interrupt();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
        deliver();
    }

    private synchronized void end() {
        thread = null;
        ended = true;
        if (sent > 0) {
            cleared = Thread.interrupted();
        }
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    /** Whether it holds the calling thread. */
    public boolean holds() {
        if (this == NONE) {
            return false;
        }
        synchronized (this) {
            return thread == Thread.currentThread();
        }
    }

    private synchronized int sent() {
        return sent;
    }

    /** To this and all that it is a part of. */
    private int sentInAll() {
        return sent() + (whole == null ? 0 : whole.sentInAll());
    }

    /** Something else begins in the middle of this work; false if it does so on another thread. */
    private boolean cover() {
        synchronized (this) {
            if (thread != Thread.currentThread()) {
                return false;
            }
            if (whole == null) {
                putAside();
            }
            covers++;
        }
        return whole == null || whole.cover();
    }

    private void uncover() {
        synchronized (this) {
            covers--;
            putBack();
            deliver();
        }
        if (whole != null) {
            whole.uncover();
        }
    }

    /** The thread is back in this work, in the middle of what it does in the middle of that. */
    private synchronized Covered lift() {
        var before = new Covered(covers, sent, kept);
        covers = 0;
        putBack();
        deliver();
        return before;
    }

    /** And has returned. What it was interrupted by comes again later: whoever called it may not have been told. */
    private synchronized void lower(Covered before) {
        covers = before.covers;
        if (sent > before.sent) {
            Thread.interrupted();
            asked = true;
        } else if (whole == null) {
            putAside();
        }
        kept |= before.kept;
    }

    /** Whoever sent what the thread has not noticed yet did not mean what begins only now. */
    private void putAside() {
        kept |= Thread.interrupted();
    }

    private void putBack() {
        if (kept && covers == 0) {
            kept = false;
            Thread.currentThread().interrupt();
        }
    }

    /** The thread that the work holds now. */
    public synchronized Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }
}
