package dev.carrel.app;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Arrival;

/**
 * How a chat treats its messages. Immutable.
 *
 * {@snippet :
 * app.chat("booking", this::book, ChatOptions.DEFAULT.arriving(Arrival.REJECT).restartable().within(Duration.ofHours(2)));
 * }
 */
public final class ChatOptions {
    /** Messages queue; a turn that its server left is interrupted; the application's limit holds. */
    public static final ChatOptions DEFAULT = new ChatOptions(Arrival.QUEUE, false, null);

    private final Arrival arrival;
    private final boolean restartable;
    private final @Nullable Duration turnTime;

    private ChatOptions(Arrival arrival, boolean restartable, @Nullable Duration turnTime) {
        this.arrival = Objects.requireNonNull(arrival, "arrival");
        this.restartable = restartable;
        this.turnTime = turnTime;
    }

    /** What becomes of a message that arrives while an earlier one is open. */
    public ChatOptions arriving(Arrival newArrival) {
        return new ChatOptions(newArrival, restartable, turnTime);
    }

    /**
     * The handler may run again from its beginning, with the same message: it does nothing that cannot be done twice, and asks
     * the same questions in the same order. So a turn whose server died or stopped starts a new attempt, elsewhere or after a
     * restart, and what its user has answered stands. Its earlier words are void: clients are told so.
     */
    public ChatOptions restartable() {
        return new ChatOptions(arrival, true, turnTime);
    }

    /** How long one attempt of a turn may take, the time in which it waits for its user included. */
    public ChatOptions within(Duration newTurnTime) {
        if (!newTurnTime.isPositive()) {
            throw new IllegalArgumentException("a turn takes some time, not " + newTurnTime);
        }
        return new ChatOptions(arrival, restartable, newTurnTime);
    }

    /** What becomes of a message that arrives while an earlier one is open. */
    public Arrival arrival() {
        return arrival;
    }

    /** Whether the handler may run again. */
    public boolean mayRestart() {
        return restartable;
    }

    /** How long one attempt may take; empty if as long as the application's limits say. */
    public Optional<Duration> turnTime() {
        return Optional.ofNullable(turnTime);
    }
}
