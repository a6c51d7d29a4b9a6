package dev.carrel.integrations.scope;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.Strict;
import dev.carrel.context.spi.BindingListener;
import dev.carrel.context.spi.BindingListeners;

/** The scopes that are open on each thread. */
final class Stack {
    /** A pair of calls of which the second never comes would grow the stack for ever; nothing nests this deep. */
    private static final int SUSPICIOUS_DEPTH = 1000;

    /** Not inheritable: a thread that is started while a scope is open begins at the root. */
    private static final ThreadLocal<@Nullable Entry> TOP = new ThreadLocal<>();
    /** Whether there ever was a scope. A thread that opened one has written this itself, so it needs no barrier. */
    private static boolean used;

    private Stack() {}

    /** What is open within the innermost block of this thread; null if nothing is. */
    static @Nullable Context current() {
        return used && top() instanceof Opened opened ? opened.context : null;
    }

    static Opened open(Context context, @Nullable ContextScope handle) {
        Context before = Context.current();
        used = true;
        var opened = new Opened(context, before, top(), handle);
        TOP.set(opened);
        try {
            opened.undo = BindingListeners.bound(context);
        } catch (Throwable e) {
            TOP.set(opened.outer());
            throw e;
        }
        if (opened.remembered()) {
            Strict.began(opened, "open scope of " + context);
        }
        if (opened.depth == SUSPICIOUS_DEPTH) {
            opened.report("is the " + SUSPICIOUS_DEPTH + "th within another: something opens scopes and never closes "
                    + "them");
        }
        return opened;
    }

    static void close(Opened opened) {
        if (opened.closed) {
            return;
        }
        if (opened.thread != Thread.currentThread()) {
            opened.closed = true;
            opened.report("was closed on thread \"" + Thread.currentThread().getName() + "\", which it does not belong "
                    + "to: close it where it was opened, and hand work over with Context.current().wrap(task)");
        } else if (top() == opened) {
            pop(opened);
            top();
        } else {
            opened.closed = true;
            opened.report("was closed before what was opened within it");
        }
    }

    /** Libraries with pairs restore from afar: what they set in between is not a mistake, and goes without a word. */
    static void restore(Context before) {
        boolean hidden = false;
        for (Entry entry = top(); entry != null; entry = entry.outer()) {
            if (!(entry instanceof Opened opened)) {
                hidden = true;
            } else if (opened.paired() && !opened.closed && opened.before == before) {
                if (hidden) {
                    opened.closed = true;
                    opened.report("was closed within a block that began later");
                } else {
                    closeDownTo(opened, "was left open within another, which has been closed", false);
                    pop(opened);
                    top();
                }
                return;
            }
        }
        if (Context.current() != before) {
            System.getLogger("dev.carrel.context").log(System.Logger.Level.WARNING,
                    "%s was to be restored on thread \"%s\", where no scope was opened while it was current; nothing is "
                            .formatted(before, Thread.currentThread().getName())
                            + "changed. Was it restored twice, or on another thread than the one that opened it?");
        }
    }

    static @Nullable Object blockBegins() {
        if (used && top() instanceof Opened opened) {
            var block = new Entry.Block(opened);
            TOP.set(block);
            return block;
        }
        return null;
    }

    /** Takes what {@link #blockBegins} gave: a block that hid nothing has no entry, and ends at the next one or none. */
    static void blockEnds(@Nullable Object hidden, BindingListener.Undo listeners) {
        if (!used) {
            listeners.undo();
            return;
        }
        Entry end = TOP.get();
        while (end instanceof Opened) {
            end = end.outer();
        }
        closeDownTo(end, "was left open in a block that has ended", true);
        listeners.undo();
        if (hidden instanceof Entry.Block block) {
            TOP.set(block.outer());
            top();
        }
    }

    private static void closeDownTo(@Nullable Entry end, String what, boolean reportsPaired) {
        Opened first = null;
        int more = 0;
        for (Entry top = top(); top != end && top instanceof Opened opened; top = top()) {
            pop(opened);
            if (reportsPaired || !opened.paired()) {
                more += first == null ? 0 : 1;
                first = first == null ? opened : first;
            }
        }
        if (first != null) {
            first.report(what + ", and is closed now" + (more == 0 ? "" : ", and " + more + " under it"));
        }
    }

    /**
     * The innermost that is still open. What was closed out of order or elsewhere meanwhile, or can be closed no more, goes,
     * and with it what listeners show of it.
     */
    private static @Nullable Entry top() {
        Entry top = TOP.get();
        while (top instanceof Opened opened) {
            boolean lost = !opened.closed && opened.lost();
            if (!opened.closed && !lost) {
                break;
            }
            pop(opened);
            if (lost) {
                opened.report("was never closed and nobody holds it any more; it is closed now");
            }
            top = TOP.get();
        }
        return top;
    }

    /** Undoes are made in reverse order of opening, whatever order the scopes are closed in. */
    private static void pop(Opened opened) {
        TOP.set(opened.outer());
        opened.closed = true;
        if (opened.remembered()) {
            Strict.ended(opened);
        }
        opened.undo.undo();
    }
}
