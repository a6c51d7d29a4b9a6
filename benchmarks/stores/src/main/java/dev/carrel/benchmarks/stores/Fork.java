package dev.carrel.benchmarks.stores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;

/** A measurement in a process of its own, so that it begins with an empty heap and code that nobody else has warmed up. */
final class Fork {
    private Fork() {}

    /**
     * Runs it to its end and prints what it prints.
     *
     * @throws IllegalStateException if it fails, or takes longer than {@code limit}
     */
    static void run(PrintStream out, Duration limit, Class<?> main, Kind kind, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(kind.arguments());
        arguments.addAll(List.of(more));
        Process process = new ProcessBuilder(Java.command(main, arguments))
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var timer = new Timer(true);
        timer.schedule(new TimerTask() {
            @Override
            public void run() {
                process.destroyForcibly();
            }
        }, limit.toMillis());
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(out::println);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(main.getSimpleName() + " on " + kind.name() + " ended with "
                        + process.exitValue() + " (it had " + limit + ")");
            }
        } finally {
            timer.cancel();
            process.destroyForcibly();
        }
    }
}
