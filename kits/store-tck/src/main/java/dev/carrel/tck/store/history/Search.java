package dev.carrel.tck.store.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Looks for an order that explains a history. The search is that of J. M. Wing and C. Gong, "Testing and verifying
 * concurrent objects" (Journal of Parallel and Distributed Computing 17, 1993): try as the next operation each one that was
 * called before the first answer that is still to be explained, and go back where none fits. It never enters twice what
 * was reached before, the same operations done and the same state left, as G. Lowe, "Testing for linearizability"
 * (Concurrency and Computation 29(4), 2017) adds to it; that is what makes it fast enough. An operation whose answer is not
 * known has a call and no answer: it may be placed anywhere after its call, or nowhere.
 */
final class Search<S, I> {
    /** What a search finds. */
    enum Verdict {
        /** There is an order that explains every answer. */
        EXPLAINED,
        /** There is none. */
        REFUTED,
        /** It would take too many steps to say. */
        UNDECIDED
    }

    /** A good history of a few hundred operations takes a few thousand steps; each may cost some 200 bytes. */
    private static final int MAX_STEPS = 1_000_000;

    /** A call or an answer, in a list of those that are not placed yet. */
    private static final class Entry<I> {
        final Call<I> call;
        final int number;
        final long position;
        @Nullable
        Entry<I> answer;
        @Nullable
        Entry<I> before;
        @Nullable
        Entry<I> after;

        Entry(Call<I> call, int number, long position) {
            this.call = call;
            this.number = number;
            this.position = position;
        }

        boolean isCall() {
            return position == call.called();
        }

        void unlink() {
            if (before != null) {
                before.after = after;
            }
            if (after != null) {
                after.before = before;
            }
        }

        void link() {
            if (before != null) {
                before.after = this;
            }
            if (after != null) {
                after.before = this;
            }
        }
    }

    private record Placed<S, I>(Entry<I> entry, S stateBefore) {}

    private record Reached<S>(BitSet done, S state) {}

    private final Model<S, I> model;
    /** Before the first entry. */
    private final Entry<I> head;
    private final Set<Reached<S>> reached = new HashSet<>();
    private final ArrayDeque<Placed<S, I>> placed = new ArrayDeque<>();
    private final BitSet done = new BitSet();
    private int unexplained;
    private S state;
    private List<Call<I>> longest = List.of();

    Search(Model<S, I> model, List<Call<I>> calls) {
        this.model = model;
        this.state = model.initial();
        List<Entry<I>> entries = new ArrayList<>();
        for (Call<I> call : calls) {
            int number = entries.size();
            Entry<I> entry = new Entry<>(call, number, call.called());
            entries.add(entry);
            if (call.reply() != null) {
                entry.answer = new Entry<>(call, number, call.answered());
                entries.add(entry.answer);
                unexplained++;
            }
        }
        entries.sort(Comparator.comparingLong(entry -> entry.position));
        head = new Entry<>(new Call<>(-1, calls.getFirst().operation(), null, -1, Call.NEVER), -1, -1);
        Entry<I> last = head;
        for (Entry<I> entry : entries) {
            last.after = entry;
            entry.before = last;
            last = entry;
        }
    }

    Verdict verdict() {
        Entry<I> entry = head.after;
        for (int steps = 0; unexplained > 0; steps++) {
            if (steps > MAX_STEPS) {
                return Verdict.UNDECIDED;
            }
            if (entry != null && entry.isCall()) {
                entry = place(entry) ? head.after : entry.after;
            } else if (placed.isEmpty()) {
                return Verdict.REFUTED;
            } else {
                entry = takeBack().after;
            }
        }
        return Verdict.EXPLAINED;
    }

    /** Places the call next, unless it would answer otherwise or leads where the search has been. */
    private boolean place(Entry<I> entry) {
        Model.Step<S> step = model.apply(state, entry.call.operation());
        Entry<I> answer = entry.answer;
        if (answer != null && !step.reply().equals(entry.call.reply())) {
            return false;
        }
        done.set(entry.number);
        if (!reached.add(new Reached<>((BitSet) done.clone(), step.state()))) {
            done.clear(entry.number);
            return false;
        }
        placed.addLast(new Placed<>(entry, state));
        state = step.state();
        entry.unlink();
        if (answer != null) {
            answer.unlink();
            unexplained--;
        }
        if (placed.size() > longest.size()) {
            longest = placed.stream().map(one -> one.entry().call).toList();
        }
        return true;
    }

    private Entry<I> takeBack() {
        Placed<S, I> last = placed.removeLast();
        Entry<I> entry = last.entry();
        Entry<I> answer = entry.answer;
        if (answer != null) {
            answer.link();
            unexplained++;
        }
        entry.link();
        done.clear(entry.number);
        state = last.stateBefore();
        return entry;
    }

    /** The longest order that was tried. */
    List<Call<I>> longest() {
        return longest;
    }
}
