package dev.carrel.examples;

import java.util.List;

import dev.carrel.examples.driver.Result;

/** {@code ./carrel cases}: runs the five cases and prints what came of them. */
public final class CasesMain {
    CasesMain() {}

    void main() {
        System.exit(run());
    }

    /** Runs and prints; returns the exit status: 1 if Carrel mixed anything up. */
    public static int run() {
        List<Result> results = Cases.run();
        IO.println(Report.of(results));
        return results.stream().allMatch(result -> result.carrel().wrong() == 0) ? 0 : 1;
    }
}
