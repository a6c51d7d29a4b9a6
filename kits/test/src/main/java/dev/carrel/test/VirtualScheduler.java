package dev.carrel.test;

import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The JDK's pool that carries virtual threads. A class of its own: a class that waits for a lambda of itself while it is
 * initialized waits for ever. */
final class VirtualScheduler {
    private VirtualScheduler() {}

    /** How the names of its threads begin: as those of any fork-join pool. */
    static String prefix() {
        var carried = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> carried.complete(Thread.currentThread().toString()));
        Matcher carrier = Pattern.compile(".*@(.*-)worker-\\d+").matcher(carried.join());
        return carrier.matches() ? carrier.group(1) : "ForkJoinPool-1-";
    }
}
