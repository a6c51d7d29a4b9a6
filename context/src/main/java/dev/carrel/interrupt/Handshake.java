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
    /** Whether it may be there to carry the function of a stage, and carries none yet. */
    private boolean empty;

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
        return now != before && now != NONE && now.carries() ? Optional.of(now) : Optional.empty();
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
        return Handshake.<R, X>inTheMiddle(() -> holding(body));
    }

    /** As {@link #call}, but as a part of what the thread does: an interrupt of that reaches this as well. */
    public <R extends @Nullable Object, X extends Throwable> R callAsPart(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake outer = innermost();
        if (outer == NONE || !outer.isAlone()) {
            return this.<R, X>call(body);
        }
        whole = outer;
        int sentBefore = outer.sent();
        boolean flagged = Thread.currentThread().isInterrupted();
        try {
            return holding(body);
        } finally {
            whole = null;
            // What this has cleared at its end may have been meant for both.
            if (sent() > 0 && (flagged || outer.sent() > sentBefore)) {
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
        begin();
        try {
            return ScopedValue.where(INNERMOST, this).<R, X>call(body);
        } finally {
            end();
        }
    }

    /** Calls {@code body}, which is not what the thread is in the middle of: no interrupt of that reaches it. */
    public static <R extends @Nullable Object, X extends Throwable> R inTheMiddle(
            ScopedValue.CallableOp<? extends R, X> body) throws X {
        Handshake outer = innermost();
        if (outer == NONE || !outer.cover()) {
            return body.call();
        }
        // Whoever sent it did not mean what begins only now.
        boolean flagged = Thread.interrupted();
        try {
            return body.call();
        } finally {
            outer.uncover();
            if (flagged) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Calls {@code body}, which belongs to this work, wherever that is: an interrupt of this reaches it if the thread is in the
     * middle of this, and none of what else the thread is in the middle of does.
     */
    public <R extends @Nullable Object, X extends Throwable> R resume(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake now = innermost();
        if (now == this && (now == NONE || isAlone())) {
            return body.call();
        }
        return Handshake.<R, X>inTheMiddle(() -> this == NONE || !holds() ? body.call() : lifted(body));
    }

    private <R extends @Nullable Object, X extends Throwable> R lifted(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        Handshake outer = whole;
        return outer == null ? uncovered(body) : outer.<R, X>lifted(() -> uncovered(body));
    }

    private <R extends @Nullable Object, X extends Throwable> R uncovered(ScopedValue.CallableOp<? extends R, X> body)
            throws X {
        int sentBefore = sent();
        int coversBefore = lift();
        try {
            return ScopedValue.where(INNERMOST, this).<R, X>call(body);
        } finally {
            lower(coversBefore, sentBefore);
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
        if (sent > 0) {
            Thread.interrupted();
        }
    }

    private synchronized int sent() {
        return sent;
    }

    private synchronized boolean holds() {
        return thread == Thread.currentThread();
    }

    /** Whether the thread does this, and nothing else in the middle of it. */
    private synchronized boolean isAlone() {
        return covers == 0 && thread == Thread.currentThread();
    }

    /** Something else begins in the middle of this work; false if it does so on another thread. */
    private boolean cover() {
        synchronized (this) {
            if (thread != Thread.currentThread()) {
                return false;
            }
            covers++;
        }
        return whole == null || whole.cover();
    }

    private void uncover() {
        synchronized (this) {
            covers--;
            deliver();
        }
        if (whole != null) {
            whole.uncover();
        }
    }

    /** The thread is back in this work, in the middle of what it did in the middle of that; what covered it. */
    private synchronized int lift() {
        int before = covers;
        covers = 0;
        deliver();
        return before;
    }

    /** And has returned. What was sent meanwhile, and was not noticed, is sent again later. */
    private synchronized void lower(int coversBefore, int sentBefore) {
        covers = coversBefore;
        if (sent > sentBefore && Thread.interrupted()) {
            asked = true;
        }
    }

    /** The thread that the work holds now. */
    public synchronized Optional<Thread> thread() {
        return Optional.ofNullable(thread);
    }
}
