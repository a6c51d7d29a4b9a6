package dev.carrel.benchmarks.soak;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command: drives the hops, and prints how many there were, how many lost their user and how many met another's. */
@Command(name = "benchmarks/soak", sortOptions = false, mixinStandardHelpOptions = true, description = {
        "Drives very many hops of many users at once, each with a canary that nobody else may see.",
        "The exit status is 0 if nothing was lost, leaked or left behind on a worker; else 1; 2 if time was short."})
final class SoakRun implements Callable<Integer> {
    @Option(names = "--hops", description = "How many: ${DEFAULT-VALUE}")
    long hops = 100_000_000;

    @Option(names = "--users", description = "How many users there are at once: ${DEFAULT-VALUE}")
    int users = 1_000;

    @Option(names = "--drivers", description = "How many threads hand work over: ${DEFAULT-VALUE}")
    int drivers = 4;

    @Option(names = "--minutes", description = "After how long it stops at the latest: ${DEFAULT-VALUE}")
    int minutes = 30;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    private SoakRun() {}

    /** See {@code --help}. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new SoakRun()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        out.printf(Locale.ROOT, "%s, %d cores, Java %s: %,d users, %d drivers%n", LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(), System.getProperty("java.version"), users, drivers);
        out.printf(
                "A round is %d errands of one user, all handed over in one way, chosen at random; each errand runs the "
                        + "work of %d others in its middle, and looks at its canary before and after.%n%n",
                Round.SIZE, Round.VISITS);
        Watched watched = new Watched();
        try (Hops all = new Hops(watched);
                ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
            Soak soak = new Soak(all.all(), watched, users, hops, Duration.ofMinutes(minutes));
            Future<?> ticking = clock.scheduleAtFixedRate(() -> progress.printf(Locale.ROOT, "%,d hops%n", soak.hops()),
                    10, 10,
                    TimeUnit.SECONDS);
            Soak.Result result = soak.run(drivers);
            ticking.cancel(false);
            print(result);
            return !result.clean() ? 1 : result.complete() ? 0 : 2;
        }
    }

    private void print(Soak.Result result) {
        out.println("| hop | hops | lost | leaked |\n|---|--:|--:|--:|");
        for (Ledger ledger : result.ledgers()) {
            out.printf(Locale.ROOT, "| %s | %,d | %,d | %,d |%n", ledger.name(), ledger.hops(), ledger.losses(),
                    ledger.leaks());
        }
        double seconds = result.took().toNanos() / 1e9;
        out.printf(Locale.ROOT, """

                %,d hops in %.1f s: %,.0f a second.
                Losses: %,d. Leaks: %,d. Workers not at the root outside tasks: %,d.
                """, result.hops(), seconds, result.hops() / seconds, result.losses(), result.leaks(),
                result.strays());
        if (!result.complete()) {
            out.printf(Locale.ROOT, "Stopped after %d minutes, before %,d hops.%n", minutes, hops);
        }
    }
}
