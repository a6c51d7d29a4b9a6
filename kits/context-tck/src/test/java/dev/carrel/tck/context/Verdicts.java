package dev.carrel.tck.context;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs a contract as JUnit does, and says which cells failed. */
final class Verdicts implements TestExecutionListener {
    private final Map<String, Set<Cell>> failed = new TreeMap<>();
    private final Deque<String> messages = new ArrayDeque<>();
    private int passed;
    private int skipped;
    private Optional<TestPlan> plan = Optional.empty();

    private Verdicts() {}

    static Verdicts of(Class<?> contract) {
        var verdicts = new Verdicts();
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(contract)).build(), verdicts);
        return verdicts;
    }

    /** The cells that failed in some hop. */
    Set<Cell> failed() {
        Set<Cell> cells = new TreeSet<>();
        failed.values().forEach(cells::addAll);
        return cells;
    }

    /** The cells that failed, by hop. */
    Map<String, Set<Cell>> byHop() {
        return failed;
    }

    /** What the failures say. */
    String messages() {
        return String.join("\n", messages);
    }

    int passed() {
        return passed;
    }

    int skipped() {
        return skipped;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = Optional.of(started);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (!test.isTest()) {
            return;
        }
        switch (result.getStatus()) {
            case SUCCESSFUL -> passed++;
            case ABORTED -> skipped++;
            case FAILED -> {
                String hop = plan.orElseThrow().getParent(test).map(TestIdentifier::getDisplayName).orElse("?");
                Cell cell = Cell.valueOf(test.getDisplayName().toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
                failed.computeIfAbsent(hop, name -> new TreeSet<>()).add(cell);
                messages.add(String.valueOf(result.getThrowable().map(Throwable::toString).orElse("?")));
            }
        }
    }
}
