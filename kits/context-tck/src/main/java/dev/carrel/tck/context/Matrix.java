package dev.carrel.tck.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestReporter;
import org.opentest4j.AssertionFailedError;

/**
 * A test for each cell of each hop. One that does not apply is a test too, which says so and is counted as skipped, so that
 * a matrix cannot shrink unseen.
 */
public final class Matrix {
    private Matrix() {}

    /**
     * The tests, for a {@link org.junit.jupiter.api.TestFactory}.
     *
     * @param notApplicable why a cell means nothing for any of these hops, by cell
     * @param reporter is told how many cells there are, and which do not apply
     */
    public static Stream<DynamicContainer> of(List<Hop> hops, Map<Cell, String> notApplicable, TestReporter reporter) {
        List<DynamicContainer> containers = new ArrayList<>();
        List<String> without = new ArrayList<>();
        for (Hop hop : hops) {
            Hop narrowed = hop.without(notApplicable);
            List<DynamicTest> tests = new ArrayList<>();
            for (Cell cell : Cell.values()) {
                String why = narrowed.notApplicable().get(cell);
                if (why == null) {
                    tests.add(DynamicTest.dynamicTest(cell.toString(), () -> run(cell, narrowed)));
                } else {
                    without.add(hop.name() + ", " + cell + ": " + why);
                    tests.add(DynamicTest.dynamicTest(cell + " (not applicable)",
                            () -> Assumptions.abort("not applicable: " + why)));
                }
            }
            containers.add(DynamicContainer.dynamicContainer(hop.name(), tests));
        }
        int all = hops.size() * Cell.values().length;
        reporter.publishEntry("cells", all + ", of which " + without.size() + " do not apply");
        without.forEach(line -> reporter.publishEntry("not applicable", line));
        return containers.stream();
    }

    private static void run(Cell cell, Hop hop) throws Exception {
        try {
            Cells.run(cell, hop);
        } catch (AssertionError e) {
            throw failed(hop, cell, e);
        } catch (Exception e) {
            // What a probe or a consumer says on another thread comes back as somebody's failure.
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof AssertionError found) {
                    throw failed(hop, cell, found);
                }
            }
            throw e;
        }
    }

    private static AssertionFailedError failed(Hop hop, Cell cell, AssertionError found) {
        return new AssertionFailedError(hop.name() + ", " + cell + ": " + found.getMessage(), found);
    }
}
