package dev.carrel.session;

import java.time.Instant;

import dev.carrel.id.TurnId;

/**
 * Something that a session has been sent. Events of a turn are provisional until it closes with exactly one of
 * {@link Committed}, {@link Failed}, {@link Cancelled} and {@link Interrupted}; {@link Reset} voids an attempt and opens
 * the next. The names and fields are the wire format (docs/http.md), whatever carries it; a kind that this version does
 * not know is kept as {@link Unknown}.
 */
public sealed interface Event {
    /** The version of the formats below; it grows when one changes in a way that an older reader would misread. */
    int VERSION = 1;

    /** The turn that it belongs to. */
    TurnId turn();

    /** What kind it is, on the wire and in the store. */
    String kind();

    /** The kinds that end a turn. */
    sealed interface Closing extends Event {}

    /** A message was accepted. */
    record Accepted(TurnId turn, String id, String text, Instant at) implements Event {
        @Override
        public String kind() {
            return "message";
        }
    }

    /** The turn's first attempt runs. */
    record Started(TurnId turn, int attempt) implements Event {
        @Override
        public String kind() {
            return "started";
        }
    }

    /** The next piece of the answer. */
    record Text(TurnId turn, int attempt, int index, String text) implements Event {
        @Override
        public String kind() {
            return "text";
        }
    }

    /** Something beside the text, as JSON under a name. */
    record Data(TurnId turn, int attempt, int index, String name, String json) implements Event {
        @Override
        public String kind() {
            return "data";
        }
    }

    /**
     * The turn asks its user something, and waits for the answer.
     *
     * @param ask which question of the turn it is, from 0; the same in every attempt
     * @param json the question, as JSON
     */
    record Asked(TurnId turn, int attempt, int index, int ask, String json) implements Event {
        @Override
        public String kind() {
            return "asked";
        }
    }

    /** The user has answered, and the turn goes on. The answer stands in later attempts, too. */
    record Answered(TurnId turn, int attempt, int ask, String json) implements Event {
        @Override
        public String kind() {
            return "answered";
        }
    }

    /** What the turn has sent is void; this attempt begins. */
    record Reset(TurnId turn, int attempt) implements Event {
        @Override
        public String kind() {
            return "reset";
        }
    }

    /** The answer stands. */
    record Committed(TurnId turn, int attempt) implements Closing {
        @Override
        public String kind() {
            return "committed";
        }
    }

    /** The handler failed. */
    record Failed(TurnId turn, int attempt, String code, String message) implements Closing {
        @Override
        public String kind() {
            return "failed";
        }
    }

    /** The owner stopped it. */
    record Cancelled(TurnId turn, int attempt, String code, String message) implements Closing {
        @Override
        public String kind() {
            return "cancelled";
        }
    }

    /** The server died or stopped under it, or a later message took its place. */
    record Interrupted(TurnId turn, int attempt, String code, String message) implements Closing {
        @Override
        public String kind() {
            return "interrupted";
        }
    }

    /** A kind, or a version of one, that this version of Carrel does not know; kept and sent on as it is. */
    record Unknown(TurnId turn, String kind, String json) implements Event {}

    /** The event that says how a turn ended. */
    static Closing closing(Turn turn) {
        Failure why = turn.failure().orElse(new Failure("internal", ""));
        return switch (turn.status()) {
            case COMMITTED -> new Committed(turn.id(), turn.attempt());
            case FAILED -> new Failed(turn.id(), turn.attempt(), why.code(), why.message());
            case CANCELLED -> new Cancelled(turn.id(), turn.attempt(), why.code(), why.message());
            case INTERRUPTED -> new Interrupted(turn.id(), turn.attempt(), why.code(), why.message());
            case QUEUED, RUNNING, WAITING -> throw new IllegalArgumentException("turn " + turn.id() + " is still open");
        };
    }
}
