package dev.carrel.tests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.carrel.server.CarrelServer;
import dev.carrel.server.ServerSettings;
import dev.carrel.server.StoreSettings;
import dev.carrel.store.jdbc.Durability;
import dev.carrel.time.TimeSource;
import dev.carrel.web.UserDirectory;

/** A node in a process of its own, to be killed or frozen. */
final class ClusterNode implements AutoCloseable {
    /** How long the sessions of a dead node wait for another. */
    static final Duration LEASE = Duration.ofSeconds(2);

    private final Process process;
    private final Path log;
    private final URI uri;

    private ClusterNode(Process process, Path log, URI uri) {
        this.process = process;
        this.log = log;
        this.uri = uri;
    }

    /** Takes the data folder, the key file and the store; prints where it listens, and runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        Path data = Path.of(arguments[0]);
        CarrelServer server = CarrelServer.start(ClusterApp.app(), new ServerSettings("127.0.0.1", 0, Set.of(), data,
                Path.of(arguments[1]), StoreSettings.parse(arguments[2], Durability.NORMAL), LEASE,
                Duration.ofSeconds(2), UserDirectory.none(), () -> true,
                TimeSource.system()));
        System.out.println("listening " + server.uri());
        System.out.flush();
        Thread.currentThread().join();
    }

    /** Starts a node; its folder keeps its log. */
    static ClusterNode start(Path data, Path keys, String store) throws IOException {
        Files.createDirectories(data);
        Path log = data.resolve("log");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp",
                System.getProperty("java.class.path"), ClusterNode.class.getName(), data.toString(), keys.toString(),
                store).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        BufferedReader out = process.inputReader();
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith("listening ")) {
                URI uri = URI.create(line.substring("listening ".length()));
                drain(out, log);
                return new ClusterNode(process, log, uri);
            }
        }
        process.destroyForcibly();
        throw new AssertionError("the node did not start: " + Files.readString(log));
    }

    /** A full pipe would stop the node. */
    private static void drain(BufferedReader out, Path log) {
        Thread.ofVirtual().start(() -> {
            try (out) {
                String line;
                while ((line = out.readLine()) != null) {
                    Files.write(log, List.of(line), java.nio.file.StandardOpenOption.CREATE,
                            java.nio.file.StandardOpenOption.APPEND);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    URI uri() {
        return uri;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP: it stands still wherever it is. */
    void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT: it goes on as if nothing had been. */
    void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " " + process.pid() + " answered " + status);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
}
