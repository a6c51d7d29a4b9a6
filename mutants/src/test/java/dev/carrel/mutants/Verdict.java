package dev.carrel.mutants;

import java.util.List;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs one test class in a process of its own, and says by its exit status what became of it. */
final class Verdict {
    /** At least one test failed by assertion. */
    static final int FOUND = 10;
    /** All tests passed. */
    static final int SURVIVED = 11;
    /** Something failed, but nothing by assertion; or there was no test. */
    static final int BROKEN = 12;

    private Verdict() {}

    /** Takes the name of the class. */
    public static void main(String[] arguments) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(arguments[0])).build();
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        List<String> found = summary.getFailures().stream().filter(failure -> failure.getTestIdentifier().isTest())
                .filter(failure -> failure.getException() instanceof AssertionError)
                .map(failure -> failure.getTestIdentifier().getDisplayName()).toList();
        summary.getFailures().forEach(failure -> System.out
                .println(failure.getTestIdentifier().getDisplayName() + ": " + failure.getException()));
        System.out.println("found by " + found);
        System.out.flush();
        if (!found.isEmpty()) {
            Runtime.getRuntime().halt(FOUND);
        }
        Runtime.getRuntime()
                .halt(summary.getTotalFailureCount() > 0 || summary.getTestsSucceededCount() == 0 ? BROKEN : SURVIVED);
    }
}
