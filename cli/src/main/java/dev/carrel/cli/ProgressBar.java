package dev.carrel.cli;

import java.io.Console;

import dev.carrel.tutor.index.Progress;

/** A bar on the terminal, redrawn in place; where there is no terminal, a line at every quarter. */
final class ProgressBar implements Progress {
    private static final int WIDTH = 30;

    private final String what;
    private final boolean terminal = System.console() instanceof Console console && console.isTerminal();
    private int drawn = -1;

    ProgressBar(String what) {
        this.what = what;
    }

    @Override
    public synchronized void at(int done, int total) {
        int step = terminal ? done * WIDTH / Math.max(1, total) : done * 4 / Math.max(1, total);
        if (step == drawn) {
            return;
        }
        drawn = step;
        if (terminal) {
            System.err.print(
                    "\r" + what + " [" + "#".repeat(step) + " ".repeat(WIDTH - step) + "] " + done + "/" + total);
        } else {
            System.err.println(what + ": " + done + " of " + total + " passages");
        }
    }

    /** Leaves the line, if one was begun. */
    synchronized void finish() {
        if (drawn >= 0 && terminal) {
            System.err.println();
        }
    }
}
