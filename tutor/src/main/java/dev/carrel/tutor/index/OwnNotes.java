package dev.carrel.tutor.index;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One owner's notes. Readers see a whole, immutable shelf; a note that is removed while it is still being embedded never
 * appears. Thread-safe.
 */
final class OwnNotes {
    private final Object lock = new Object();
    private final Set<String> removedMeanwhile = new HashSet<>();
    private int additions;
    private volatile Shelf shelf = Shelf.EMPTY;
    private final ReentrantLock bringing = new ReentrantLock();
    private volatile boolean complete;

    Shelf shelf() {
        return shelf;
    }

    /** Has {@code reading} add all that there are, once; whoever comes meanwhile waits. */
    void bring(Runnable reading) {
        if (complete) {
            return;
        }
        bringing.lock();
        try {
            if (!complete) {
                reading.run();
                complete = true;
            }
        } finally {
            bringing.unlock();
        }
    }

    /** Before the notes to be added are read from wherever they come from. */
    void beginAddition() {
        synchronized (lock) {
            additions++;
        }
    }

    /** {@code entries} are all passages of the notes of which they are passages. */
    void add(List<Shelf.Entry> entries) {
        synchronized (lock) {
            Set<String> added = new HashSet<>();
            entries.forEach(entry -> added.add(entry.passage().source()));
            List<Shelf.Entry> all = new ArrayList<>(shelf.entries());
            all.removeIf(entry -> added.contains(entry.passage().source()));
            entries.stream().filter(entry -> !removedMeanwhile.contains(entry.passage().source())).forEach(all::add);
            shelf = new Shelf(all);
        }
    }

    /** After the addition, however it went. */
    void endAddition() {
        synchronized (lock) {
            if (--additions == 0) {
                removedMeanwhile.clear();
            }
        }
    }

    boolean remove(String id) {
        synchronized (lock) {
            if (additions > 0) {
                removedMeanwhile.add(id);
            }
            List<Shelf.Entry> rest = new ArrayList<>(shelf.entries());
            boolean there = rest.removeIf(entry -> entry.passage().source().equals(id));
            shelf = new Shelf(rest);
            return there;
        }
    }
}
