package dev.carrel.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** What is measured on (Linux only). */
public final class Machine {
    private Machine() {}

    /** Today, the cores and who shares them, the processor and the JVM, in one line. */
    public static String describe() throws IOException {
        return String.format("%s, %d cores shared with the load program, %s, Java %s", LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(), processor(), System.getProperty("java.version"));
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 2)).findFirst().orElse("unknown processor");
        }
    }

    /** How many processes wanted a processor, on average over the last minute. */
    public static double load() throws IOException {
        String text = Files.readString(Path.of("/proc/loadavg"));
        return Double.parseDouble(text.substring(0, text.indexOf(' ')));
    }
}
