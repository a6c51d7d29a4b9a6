package dev.carrel.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server in a process of its own, and what the kernel says of it (Linux only). */
public final class ServerProcess implements AutoCloseable {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final double TICKS = 100;
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]]+:\\d+");

    private final Process process;
    private final InetSocketAddress address;
    private final double startSeconds;

    private ServerProcess(Process process, InetSocketAddress address, double startSeconds) {
        this.process = process;
        this.address = address;
        this.startSeconds = startSeconds;
    }

    /** Starts it and waits until it has printed an address. What else it says goes to a file in {@code folder}. */
    public static ServerProcess start(List<String> command, Map<String, String> environment, Path folder)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectError(folder.resolve("server.err").toFile());
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        while (true) {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("the server did not start: " + command + "\n"
                        + Files.readString(folder.resolve("server.err")));
            }
            Matcher address = ADDRESS.matcher(line);
            if (address.find()) {
                double seconds = (System.nanoTime() - start) / 1e9;
                Thread.ofPlatform().daemon().start(() -> drain(out));
                URI uri = URI.create(address.group());
                return new ServerProcess(process,
                        new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), uri.getPort()), seconds);
            }
        }
    }

    /** Reads what else the server prints, so that it is never held up by a full pipe. */
    private static void drain(BufferedReader out) {
        try {
            out.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It has ended.
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** The process, and those that it has started. */
    public List<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants()).toList();
    }

    /** From starting the process to its saying that it is ready. */
    double startSeconds() {
        return startSeconds;
    }

    /** The processor time that it has had. */
    public double cpuSeconds() {
        return cpuSeconds(process.pid());
    }

    /** The processor time that a process has had. */
    public static double cpuSeconds(long pid) {
        String stat = read("/proc/" + pid + "/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /** Its resident memory, in MiB. */
    public double residentMiB() {
        return read("/proc/" + process.pid() + "/status").lines().filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow() / 1024.0;
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code jcmd} answers; a Java server only. */
    <T> T jcmd(Function<String, T> reader, String... command) throws IOException {
        var all = new java.util.ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), "" + process.pid()));
        all.addAll(List.of(command));
        Process jcmd = new ProcessBuilder(all).redirectErrorStream(true).start();
        return reader.apply(new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** What of the heap is in use after a full collection, in MiB. */
    double liveMiB() throws IOException {
        jcmd(text -> text, "GC.run");
        return jcmd(text -> Pattern.compile("total \\d+K, used (\\d+)K").matcher(text).results()
                .mapToLong(found -> Long.parseLong(found.group(1))).sum() / 1024.0, "GC.heap_info");
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
