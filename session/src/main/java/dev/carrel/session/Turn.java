package dev.carrel.session;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;

/**
 * One message and all that it causes.
 *
 * @param sealedPrincipal who asked, signed when the message was accepted; an authority restores it before the turn runs
 * @param attempt which execution this is, from 1; 0 while queued
 * @param answer what the last attempt has said; it stands only if {@code status} is committed
 * @param failureOrNull why it did not commit, if it did not
 */
public record Turn(TurnId id, SessionId session, Message message, String sealedPrincipal, TurnStatus status,
        int attempt,
        Answer answer, @Nullable Failure failureOrNull) {

    /** A turn that was just accepted. */
    public static Turn queued(TurnId id, SessionId session, Message message, String sealedPrincipal) {
        return new Turn(id, session, message, sealedPrincipal, TurnStatus.QUEUED, 0, Answer.EMPTY, null);
    }

    /** This turn, running its next attempt. */
    public Turn started() {
        return new Turn(id, session, message, sealedPrincipal, TurnStatus.RUNNING, attempt + 1, Answer.EMPTY, null);
    }

    /** This turn, which runs or waits. */
    public Turn as(TurnStatus open) {
        return new Turn(id, session, message, sealedPrincipal, open, attempt, answer, null);
    }

    /** This turn, with what it has said so far. */
    public Turn saying(Answer said) {
        return new Turn(id, session, message, sealedPrincipal, status, attempt, said, failureOrNull);
    }

    /** This turn, closed. */
    public Turn closed(TurnStatus end, Answer said, @Nullable Failure why) {
        return new Turn(id, session, message, sealedPrincipal, end, attempt, said, why);
    }

    /** Why it did not commit; empty if it did, or is open. */
    public Optional<Failure> failure() {
        return Optional.ofNullable(failureOrNull);
    }
}
