package dev.carrel.tck.context;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A client with one thread for what it calls back, and its server. */
final class OnClient implements Subject {
    private final ExecutorService callbacks = Pools.plain(Setting.ROOMY);
    private final Loopback server;
    private final HttpClient client;
    private final HttpHops.Way way;
    private boolean down;

    OnClient(HttpContract contract, HttpHops.Way way) throws IOException {
        this.server = new Loopback();
        this.client = contract.wrap(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(callbacks)
                .build());
        this.way = way;
    }

    @Override
    public Handed start(Callable<Object> task, Duration limit) {
        CompletableFuture<?> answer = way.send(client, server, ExecutorHops.runnable(task));
        boolean refused = down;
        return new Handed() {
            @Override
            public void await() throws Exception {
                try {
                    answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
                } catch (ExecutionException e) {
                    // A client that is closed has no exception of its own for that.
                    throw refused ? new RejectedExecutionException(e) : e;
                }
            }

            @Override
            public void cancel() {
                answer.cancel(true);
            }
        };
    }

    @Override
    public void occupy(Runnable task) {
        start(() -> {
            task.run();
            return "done";
        }, Probe.PATIENCE);
    }

    @Override
    public void shutdown() {
        down = true;
        client.shutdown();
    }

    @Override
    public Optional<Executor> beneath() {
        return Optional.of(callbacks);
    }

    @Override
    public void close() {
        client.shutdownNow();
        try {
            server.close();
            if (!client.awaitTermination(Probe.PATIENCE)) {
                throw new AssertionError("the client did not terminate within " + Probe.PATIENCE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the client was closed", e);
        } finally {
            callbacks.shutdownNow();
        }
        Waiting.terminated(callbacks);
    }
}
