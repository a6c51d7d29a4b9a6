package dev.carrel.context;

import java.util.Locale;

/** Where a context passes from one piece of work to another. What each key does there is its {@link Crossing}. */
@SuppressWarnings("EnumOrdinal") // bits of this process; nothing is stored
public enum Boundary {
    /** To a part of the same work, which ends before the work goes on: a concurrent map, a fork-join subtask. */
    FORK,
    /** To a task on an executor, a future's dependent, a timer's one run: whatever is handed over to run once. */
    EXECUTOR,
    /** To the runs of a periodic task, which outlives whoever started it and works for nobody ({@link Context#background}). */
    SCHEDULED,
    /** To work that outlives its turn or request, under a deadline of its own ({@link Context#detached}). */
    DETACHED,
    /** To one item of a batch, beside items of others. */
    BATCH,
    /** To another process ({@code dev.carrel.remote}). */
    REMOTE;

    /** {@code fork}, {@code executor}, ... */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    int bit() {
        return 1 << ordinal();
    }

    /** What a key does here that says nothing else about it. */
    Crossing<Object> standard(Kind kind) {
        return switch (this) {
            case FORK, EXECUTOR, BATCH -> Crossing.share();
            case SCHEDULED -> kind == Kind.TENANT ? Crossing.share() : Crossing.clear();
            case DETACHED -> kind.compareTo(Kind.SESSION) <= 0 ? Crossing.share() : Crossing.clear();
            case REMOTE -> Crossing.refuse();
        };
    }
}
