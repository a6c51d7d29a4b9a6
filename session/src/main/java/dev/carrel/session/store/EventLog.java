package dev.carrel.session.store;

import java.util.List;
import java.util.Optional;

import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.StoredEvent;

/**
 * What each session has been sent. Events enter it with the turn that they tell of, through {@link TurnStore}, and leave it as
 * {@link Retention} says, the oldest first.
 */
public interface EventLog {
    /**
     * What the log holds: the numbers {@code first} to {@code last} of this epoch; {@code last} is {@code first - 1} while
     * it is empty. Numbers before {@code first} were dropped.
     */
    record Range(String epoch, long first, long last) {}

    /** What the session's log holds; empty if there is no such session. */
    Optional<Range> range(SessionId session);

    /**
     * The events after that number, in order, at most {@code max}. If the one next to it was dropped, the first has a higher
     * number than that.
     */
    List<StoredEvent> read(SessionId session, long after, int max);

    /**
     * Tells the listener of what is logged from now on, after the store has it, in order. The listener must be quick and
     * must not call the store. It may miss events (those of other nodes come late or only as {@link Listener#changed}),
     * so it goes by the numbers and reads what it lacks.
     */
    Subscription subscribe(SessionId session, Listener listener);

    /** Hears of one session's log. */
    interface Listener {
        /** These were logged. */
        void logged(List<StoredEvent> events);

        /** Something was logged: read. */
        void changed();

        /** The session is over for this reader, and why: {@code moved}, or the text of an {@link EndReason}. */
        void ended(String reason);
    }

    /** A listener's registration. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
