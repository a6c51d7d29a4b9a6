package dev.carrel.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** From starting the process to its taking messages: with an empty data folder, and with one from before. */
final class Start {
    private static final int TIMES = 5;

    private final PrintStream out;

    Start(PrintStream out) {
        this.out = out;
    }

    void run(List<? extends Server> servers) throws IOException {
        out.println("\n| server | first start, s | with data from before, s (median of " + TIMES + ") |");
        out.println("|---|--:|--:|");
        for (Server server : servers) {
            try (TemporaryFolder folder = TemporaryFolder.create()) {
                double cold = once(server, folder.path());
                double[] warm = new double[TIMES];
                for (int i = 0; i < TIMES; i++) {
                    warm[i] = once(server, folder.path());
                }
                Arrays.sort(warm);
                out.printf(Locale.ROOT, "| %s | %.2f | %.2f |%n", server.name(), cold, warm[TIMES / 2]);
            }
        }
    }

    private static double once(Server server, Path folder) throws IOException {
        try (ServerProcess process = server.start(folder)) {
            return process.startSeconds();
        }
    }
}
