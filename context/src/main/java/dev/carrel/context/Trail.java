package dev.carrel.context;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What boundaries did to a context on its way, newest first; kept for the last few only, so that a task which starts the
 * next, for ever, does not grow a chain.
 */
record Trail(String what, List<String> changes, int length, @Nullable Trail before) {
    private static final int LONGEST = 16;

    static Trail add(@Nullable Trail before, String what, List<String> changes) {
        if (before == null || before.length < LONGEST) {
            return new Trail(what, changes, before == null ? 1 : before.length + 1, before);
        }
        return new Trail(what, changes, LONGEST / 2 + 1, before.cut(LONGEST / 2));
    }

    private @Nullable Trail cut(int left) {
        if (left == 0) {
            return null;
        }
        return new Trail(what, changes, left, before == null ? null : before.cut(left - 1));
    }
}
