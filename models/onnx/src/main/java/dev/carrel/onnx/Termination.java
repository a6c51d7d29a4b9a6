package dev.carrel.onnx;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

import dev.carrel.context.Cancellation;

/**
 * Has ONNX Runtime end one run before its time: once none of its callers wants it any more, or its thread is interrupted. It
 * looks for that between two nodes of the model's graph, so one long node is computed to its end. For one run, on the thread
 * that makes it; being told is thread-safe.
 */
final class Termination implements AutoCloseable {
    private final OrtSession.RunOptions options = new OrtSession.RunOptions();
    private final List<Cancellation.Registration> listening = new ArrayList<>();
    private final boolean mayEnd;
    private final AtomicInteger wanting;
    private final Interrupts interrupts = new Interrupts();
    private boolean told;
    private boolean over;

    /** For a run that is done for these; if there are none, whatever becomes of whoever runs it. */
    Termination(List<Cancellation> callers) throws OrtException {
        options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // what goes wrong is thrown, and may hold an input
        mayEnd = !callers.isEmpty();
        wanting = new AtomicInteger(callers.size());
        for (Cancellation caller : callers) {
            listening.add(caller.onRequest(this::left));
        }
    }

    /** The outputs, to be closed by whoever called; empty if it has ended before its time. */
    Optional<OrtSession.Result> run(OrtSession session, Map<String, OnnxTensor> inputs, Set<String> outputs)
            throws OrtException {
        if (mayEnd) {
            interrupts.listen();
        }
        try {
            return Optional.of(session.run(inputs, outputs, options));
        } catch (OrtException e) {
            if (told()) {
                return Optional.empty();
            }
            throw e;
        } finally {
            if (mayEnd) {
                interrupts.listenNoMore();
            }
        }
    }

    private void left() {
        if (wanting.decrementAndGet() == 0) {
            tell();
        }
    }

    private synchronized void tell() {
        if (over) {
            return; // the options are freed: whoever tells now would write into another's memory
        }
        try {
            options.setTerminate(true);
            told = true;
        } catch (OrtException e) {
            // Then it runs to its end, as it would have without us.
        }
    }

    private synchronized boolean told() {
        return told;
    }

    @Override
    public void close() {
        listening.forEach(Cancellation.Registration::close);
        synchronized (this) {
            over = true;
            options.close();
        }
    }

    /**
     * Nobody looks at the interrupt of a thread that is in native code, except for channels: what implements one is closed by
     * the thread that interrupts. The JDK offers no other way to be told.
     */
    private final class Interrupts extends AbstractInterruptibleChannel {
        void listen() {
            begin();
        }

        void listenNoMore() {
            try {
                end(true);
            } catch (AsynchronousCloseException e) {
                // The thread's interrupt stays set; what came of it is known already.
            }
        }

        @Override
        protected void implCloseChannel() {
            tell();
        }
    }
}
