package dev.carrel.benchmarks.memory;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Starts the processes, one after the other, and prints what a parked virtual thread holds in each. */
public final class Memory {
    private final PrintStream out;
    private final int threads;

    /** @param threads how many are parked in each process */
    public Memory(PrintStream out, int threads) {
        this.out = out;
        this.threads = threads;
    }

    /** Prints the table as it is measured. */
    public void run() throws IOException {
        out.printf(Locale.ROOT, """
                ### What a parked virtual thread holds

                Bytes of live heap, %,d threads.

                | | all | its stack | the rest | of that, for what is carried |
                |---|--:|--:|--:|--:|
                """, threads);
        double nothing = 0;
        for (Way way : Way.values()) {
            String[] columns = measure(way).split(" ", -1);
            double all = Double.parseDouble(columns[0]);
            double stack = Double.parseDouble(columns[1]);
            nothing = way == Way.NOTHING ? all - stack : nothing;
            out.printf(Locale.ROOT, "| %s | %,.0f | %,.0f | %,.0f | %,.0f |%n", way.label(), all, stack, all - stack,
                    all - stack - nothing);
        }
        out.println();
    }

    private String measure(Way way) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                // Otherwise a collection may leave dead objects where they are, and the histogram counts them.
                "-XX:MarkSweepAlwaysCompactCount=1", "-Xmx2g"));
        command.addAll(way.options());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Parked.class.getName(), way.name(),
                Integer.toString(threads)));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            String line = reader.readLine();
            if (process.waitFor() != 0 || line == null) {
                throw new IOException("the process that measures " + way + " failed; its errors are above");
            }
            return line;
        } catch (InterruptedException e) {
            throw new IOException("interrupted while measuring " + way, e);
        } finally {
            process.destroyForcibly();
        }
    }
}
