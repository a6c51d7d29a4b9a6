package dev.carrel.onnx;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.carrel.context.Cancellation;

/**
 * A model in ONNX Runtime. Its runs end early when nobody wants them any more; closing it waits for those that run, as ending
 * the process in the middle of one can crash it. Thread-safe.
 */
final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ReadWriteLock life = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxSession(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    /** Loads it, with so many threads for each run. */
    static OnnxSession load(Path file, int threads) throws OrtException {
        return load(file, threads, Device.BEST);
    }

    static OnnxSession load(Path file, int threads, Device device) throws OrtException {
        OrtEnvironment environment = Device.environment();
        return new OnnxSession(environment, device.load(environment, file, threads));
    }

    Map<String, NodeInfo> inputs() throws OrtException {
        return session.getInputInfo();
    }

    Map<String, NodeInfo> outputs() throws OrtException {
        return session.getOutputInfo();
    }

    /** Makes an input. */
    @FunctionalInterface
    interface Input {
        OnnxTensor in(OrtEnvironment environment) throws OrtException;
    }

    /** Something that needs the model. */
    @FunctionalInterface
    interface Call<T> {
        T call() throws OrtException;
    }

    /**
     * Runs it once, on the calling thread.
     *
     * @param callers for whom: once all of them have asked to stop, or this thread is interrupted, it ends early. If there are
     *        none it never does
     * @param read makes something of the outputs, which are gone afterwards
     * @return what {@code read} makes; empty if it has ended early
     */
    <T> Optional<T> run(List<Cancellation> callers, Map<String, Input> inputs, Set<String> outputs,
            Function<OrtSession.Result, T> read) throws OrtException {
        return whileOpen(() -> {
            Map<String, OnnxTensor> made = new HashMap<>();
            try (Termination termination = new Termination(callers)) {
                for (Map.Entry<String, Input> input : inputs.entrySet()) {
                    made.put(input.getKey(), input.getValue().in(environment));
                }
                Optional<OrtSession.Result> ran = termination.run(session, made, outputs);
                if (ran.isEmpty()) {
                    return Optional.empty();
                }
                try (OrtSession.Result result = ran.get()) {
                    return Optional.of(read.apply(result));
                }
            } finally {
                OnnxValue.close(made);
            }
        });
    }

    /** Does this before it is closed. */
    <T> T whileOpen(Call<T> call) throws OrtException {
        life.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model is closed");
            }
            return call.call();
        } finally {
            life.readLock().unlock();
        }
    }

    /** Waits for what is done with it, then frees it. */
    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                session.close();
            }
        } catch (OrtException e) {
            throw new IllegalStateException("the model could not be closed", e);
        } finally {
            life.writeLock().unlock();
        }
    }
}
