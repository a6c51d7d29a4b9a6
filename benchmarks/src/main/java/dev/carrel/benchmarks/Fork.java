package dev.carrel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;

/** A measurement in a process of its own, so that it begins with an empty heap and code that nobody else has warmed up. */
public final class Fork {
    private Fork() {}

    /**
     * Runs it to its end.
     *
     * @param lines is told each line that it prints
     * @param name of the measurement, for the failure
     * @throws IllegalStateException if it fails, or takes longer than {@code limit}
     */
    public static void run(Consumer<String> lines, Duration limit, String name, List<String> command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var timer = new Timer(true);
        timer.schedule(new TimerTask() {
            @Override
            public void run() {
                process.destroyForcibly();
            }
        }, limit.toMillis());
        try (BufferedReader printed = process.inputReader(StandardCharsets.UTF_8)) {
            printed.lines().forEach(lines);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(
                        name + " ended with " + process.exitValue() + " (it had " + limit + ")");
            }
        } finally {
            timer.cancel();
            process.destroyForcibly();
        }
    }
}
