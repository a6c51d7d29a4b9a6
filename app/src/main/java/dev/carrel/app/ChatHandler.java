package dev.carrel.app;

import dev.carrel.session.Message;

/**
 * Answers messages. Runs on a virtual thread, in the context of the turn: {@code Principal.current()},
 * {@code Session.current()} and {@code State.current()} are those of whoever wrote the message. One session's messages
 * come one at a time; several sessions' at once, so a handler keeps nothing of its own.
 */
@FunctionalInterface
public interface ChatHandler {
    /**
     * Answers one message. When it returns, the turn commits: answer and state changes stand. If it throws, the turn
     * fails and nothing changed; the text of a {@link dev.carrel.error.CarrelException} is shown to the user, of any other
     * exception nothing. It is interrupted when the user stops the turn.
     */
    void answer(Message message, Reply reply) throws Exception;
}
