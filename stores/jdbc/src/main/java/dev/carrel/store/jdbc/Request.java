package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/** An operation that shares a transaction with others, and whoever waits for its answer. */
final class Request<T extends @Nullable Object> {
    private final Database.Operation<T> operation;
    private final long since = System.nanoTime();
    private final AtomicBoolean taken = new AtomicBoolean();
    final Reply<T> reply = new Reply<>();
    private @Nullable Runnable answer;

    Request(Database.Operation<T> operation) {
        this.operation = operation;
    }

    /** To run it, or to withdraw it: true for whoever comes first. */
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    /** Whether it was asked for at least so many nanoseconds ago. */
    boolean waited(long nanos) {
        return System.nanoTime() - since >= nanos;
    }

    /** Whether it may take part in a {@link Ride}. */
    boolean rides() {
        return operation instanceof Rider<T> rider && rider.rides();
    }

    /** It, as it takes part in a ride. */
    Rider<T> rider() {
        if (operation instanceof Rider<T> rider) {
            return rider;
        }
        throw new IllegalStateException("it takes part in no ride");
    }

    /** Runs it. If it refuses it has written nothing, and its neighbours are not touched. */
    void attempt(Tx tx) throws SQLException {
        tx.begin();
        try {
            T result = operation.run(tx);
            answer = () -> reply.succeed(result);
        } catch (RuntimeException refusal) {
            if (tx.wrote()) {
                throw refusal;
            }
            answer = () -> reply.fail(refusal);
        }
    }

    /** Runs it in a ride. If it refuses it has noted nothing, and its neighbours are not touched. */
    void attempt(Seat seat) {
        try {
            T result = rider().run(seat);
            answer = () -> reply.succeed(result);
        } catch (RuntimeException refusal) {
            answer = () -> reply.fail(refusal);
        }
    }

    /** What it came to counts now: whoever waits is told. */
    void acknowledge() {
        if (answer != null) {
            answer.run();
        }
    }
}
