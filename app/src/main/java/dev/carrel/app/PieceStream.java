package dev.carrel.app;

import java.time.Duration;
import java.util.Optional;

import dev.carrel.batch.ModelStream;
import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;

/** The answer of a {@link StreamingModel} as it comes, each piece as JSON. Whoever opened it closes it. */
public final class PieceStream implements AutoCloseable {
    /** What becomes of a piece before it leaves, as JSON. */
    @FunctionalInterface
    interface Encoding<O> {
        String encode(O piece) throws Exception;
    }

    private final Source source;
    private final ModelStream<?> stream;
    private Runnable closed = () -> {};

    @FunctionalInterface
    private interface Source {
        Optional<String> next() throws InterruptedException;
    }

    private PieceStream(ModelStream<?> stream, Source source) {
        this.stream = stream;
        this.source = source;
    }

    static <O> PieceStream of(String model, ModelStream<O> stream, Encoding<O> encoding) {
        return new PieceStream(stream, () -> {
            Optional<O> piece = stream.next();
            if (piece.isEmpty()) {
                return Optional.empty();
            }
            try {
                return Optional.of(encoding.encode(piece.get()));
            } catch (CarrelException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new FailedException("\"" + model + "\" failed.", e);
            }
        });
    }

    /**
     * Waits for the next piece; empty at the end.
     *
     * @throws CarrelException if there is no such end: what became of the answer instead
     */
    public Optional<String> next() throws InterruptedException {
        return source.next();
    }

    /** Waits until {@link #next} would not, but no longer than this; whether it would not. */
    public boolean await(Duration most) throws InterruptedException {
        return stream.await(most);
    }

    /** This, and what to do once when it is closed. */
    PieceStream onClose(Runnable action) {
        closed = action;
        return this;
    }

    @Override
    public void close() {
        stream.close();
        Runnable action;
        synchronized (this) {
            action = closed;
            closed = () -> {};
        }
        action.run();
    }
}
