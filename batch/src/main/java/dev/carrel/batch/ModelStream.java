package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Cancellation;
import dev.carrel.error.CancelledException;
import dev.carrel.error.CarrelException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.UnavailableException;

/**
 * One caller's answer as it comes, piece by piece. The model works ahead of the reader, but no further than it
 * {@linkplain StreamModel#ahead() says}: then this item is left out of its batches until there is room again.
 *
 * {@snippet :
 * try (ModelStream<String> answer = writer.open("Tell me of the exam.")) {
 *     for (Optional<String> piece = answer.next(); piece.isPresent(); piece = answer.next()) {
 *         reply.text(piece.get());
 *     }
 * }
 * }
 *
 * Whoever opens one closes it. Thread-safe, but meant for one reader.
 *
 * @param <O> a piece
 */
public final class ModelStream<O> implements AutoCloseable {
    /** What a stream wants of its batcher. */
    interface Steps<O> {
        /** Has the next step done; tells {@link #stepped} and {@link #free}. */
        void next();

        /** The step that waits is not wanted any more. */
        void leave();

        /** What to throw for an item that failed of this. */
        CarrelException failure(Exception failure);

        /** No step runs, and none will; how it has ended. */
        void ended(Ending how);
    }

    private final Steps<O> steps;
    private final Cancellation cancellation;
    private final Cancellation.Source source;
    private final int ahead;
    private final ArrayDeque<O> pieces = new ArrayDeque<>();
    /** Whether a step waits or runs. */
    private boolean busy = true;
    private boolean begun;
    private boolean ended;
    private Ending how = Ending.OK;
    private boolean told;
    private @Nullable CarrelException failure;
    private Cancellation.@Nullable Registration leaving;

    /**
     * One whose first step is about to be asked for.
     *
     * @param cancellation that of the item, which {@code source} can ask for
     */
    ModelStream(Steps<O> steps, Cancellation cancellation, Cancellation.Source source, int ahead) {
        this.steps = steps;
        this.cancellation = cancellation;
        this.source = source;
        this.ahead = ahead;
    }

    /** From now on it ends when it is cancelled. */
    void listen() {
        Cancellation.Registration registration = cancellation.onRequest(this::cancelled);
        synchronized (this) {
            if (!ended) {
                leaving = registration;
                return;
            }
        }
        registration.close();
    }

    /** A step was done, or given up; whether it made the first piece. */
    synchronized boolean stepped(Outcome<Step<O>> outcome) {
        if (ended) {
            return false;
        }
        boolean before = begun;
        switch (outcome) {
            case Outcome.Ok<Step<O>> ok -> add(ok.value());
            case Outcome.Failed<Step<O>> failed -> fail(Ending.FAILED, steps.failure(failed.failure()));
            case Outcome.Cancelled<Step<O>> cancelled -> fail(Ending.CANCELLED, why());
        }
        notifyAll();
        return begun && !before;
    }

    private void add(@Nullable Step<O> step) {
        if (step == null) {
            fail(Ending.FAILED, steps.failure(new IllegalStateException("the model made no step of an item")));
            return;
        }
        step.piece().ifPresent(pieces::add);
        begun |= step.piece().isPresent();
        ended = step.ends();
    }

    private void fail(Ending ending, CarrelException why) {
        ended = true;
        how = ending;
        failure = why;
    }

    private CarrelException why() {
        try {
            cancellation.throwIfRequested();
            return steps.failure(new IllegalStateException("cancelled what nobody had asked it to"));
        } catch (CancelledException | DeadlineException e) {
            return e;
        }
    }

    /** No worker has the item in hand any more. */
    void free() {
        boolean again;
        synchronized (this) {
            again = !ended && pieces.size() < ahead;
            busy = again;
        }
        if (again) {
            steps.next();
        } else {
            tellIfOver();
        }
    }

    private void cancelled() {
        over(Ending.CANCELLED, why());
    }

    private void over(Ending ending, CarrelException why) {
        synchronized (this) {
            if (!ended) {
                fail(ending, why);
                notifyAll();
            }
        }
        steps.leave();
        tellIfOver();
    }

    /** The batcher is closed, and does no step any more. */
    void closed(CarrelException why) {
        over(Ending.FAILED, why);
    }

    private void tellIfOver() {
        Cancellation.Registration registration;
        Ending ending;
        synchronized (this) {
            if (!ended || busy || told) {
                return;
            }
            told = true;
            registration = leaving;
            ending = how;
        }
        if (registration != null) {
            registration.close();
        }
        source.close();
        steps.ended(ending);
    }

    /**
     * Waits for the next piece.
     *
     * @return empty at the end
     * @throws CarrelException as {@link Batcher#call(Object)} does, after the pieces that came before it; and again whenever it is
     *         asked
     */
    public Optional<O> next() throws InterruptedException {
        O piece;
        boolean again;
        synchronized (this) {
            while (pieces.isEmpty() && !ended) {
                wait();
            }
            if (pieces.isEmpty()) {
                if (failure != null) {
                    throw failure;
                }
                return Optional.empty();
            }
            piece = pieces.remove();
            again = !busy && !ended;
            busy |= again;
        }
        if (again) {
            steps.next();
        }
        return Optional.of(piece);
    }

    /** Waits until {@link #next} would not, but no longer than this; whether it would not. */
    public synchronized boolean await(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (pieces.isEmpty() && !ended) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
        return true;
    }

    /** Nobody reads any further: the model is told, and asked for nothing more. */
    @Override
    public void close() {
        var left = new UnavailableException("The stream was closed by its reader.");
        synchronized (this) {
            pieces.clear();
            if (!ended) {
                fail(Ending.CANCELLED, left);
                notifyAll();
            }
        }
        source.cancel("Its reader has left.");
        // If it was not listened to yet, or had been cancelled before.
        over(Ending.CANCELLED, left);
    }
}
