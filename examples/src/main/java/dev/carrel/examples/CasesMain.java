package dev.carrel.examples;

import java.util.List;

import dev.carrel.examples.driver.Result;

/** {@code ./carrel cases}: runs the five cases and prints what came of them. Exits with 1 if Carrel mixed anything up. */
public final class CasesMain {
    private CasesMain() {}

    public static void main(String[] args) {
        List<Result> results = Cases.run();
        IO.println(Report.of(results));
        if (results.stream().anyMatch(result -> result.carrel().wrong() > 0)) {
            System.exit(1);
        }
    }
}
