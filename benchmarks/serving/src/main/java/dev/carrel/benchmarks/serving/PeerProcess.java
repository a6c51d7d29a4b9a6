package dev.carrel.benchmarks.serving;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.carrel.benchmarks.ServerProcess;

/**
 * A server that runs, with the processes that it has started. While others have their turn it is stopped (SIGSTOP): some
 * use a processor while they wait for requests (Linux only).
 */
final class PeerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int OK = 200;

    private final ServerProcess process;

    private PeerProcess(ServerProcess process) {
        this.process = process;
    }

    /** Starts it and waits until its model answers. */
    static PeerProcess start(Peer peer, Workload workload, Path folder) throws IOException, InterruptedException {
        var started = new PeerProcess(ServerProcess.start(peer.command(), Map.of(), folder));
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!started.answers(workload)) {
            if (System.nanoTime() > end) {
                started.close();
                throw new IllegalStateException(peer.name() + " does not answer; see " + folder);
            }
            Thread.sleep(100);
        }
        return started;
    }

    private boolean answers(Workload workload) throws IOException {
        URI uri = URI.create("http://127.0.0.1:" + address().getPort() + workload.path());
        var connection = (HttpURLConnection) uri.toURL().openConnection();
        try {
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream()
                    .write(workload.next().json().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return connection.getResponseCode() == OK;
        } catch (IOException e) {
            // It does not listen so far.
            return false;
        } finally {
            connection.disconnect();
        }
    }

    InetSocketAddress address() {
        return process.address();
    }

    /** The processor time that all of its processes have had. */
    double cpuSeconds() {
        return process.processes().stream().mapToDouble(each -> ServerProcess.cpuSeconds(each.pid())).sum();
    }

    void pause() throws IOException, InterruptedException {
        signal("-STOP");
    }

    void resume() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        process.processes().forEach(each -> command.add("" + each.pid()));
        new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Override
    public void close() {
        List<ProcessHandle> all = process.processes();
        try {
            resume();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.close();
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
