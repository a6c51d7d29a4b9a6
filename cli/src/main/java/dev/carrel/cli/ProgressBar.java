package dev.carrel.cli;

import java.io.Console;

import dev.carrel.tutor.index.Progress;

/** A bar on the terminal, redrawn in place; where there is no terminal, a line at every quarter. */
final class ProgressBar implements Progress {
    private static final int WIDTH = 30;

    private final String what;
    private final boolean terminal = terminal();
    private int drawn = -1;

    ProgressBar(String what) {
        this.what = what;
    }

    /** JDK 25 again returns null where there is no terminal (JDK-8351435), which the checker does not know. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean terminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
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
