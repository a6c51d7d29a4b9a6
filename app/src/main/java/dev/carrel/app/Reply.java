package dev.carrel.app;

/**
 * What a turn says, piece by piece. A piece is stored and sent as soon as the store has room for it; the answer stands
 * when the turn commits. Thread-safe; of no use once the turn has ended.
 */
public interface Reply {
    /**
     * Says the next piece of the text. Waits while the store cannot keep up.
     *
     * @throws dev.carrel.error.CancelledException if the turn was stopped
     * @throws IllegalStateException if the turn has ended
     */
    void text(String piece);

    /**
     * Says something beside the text: a value as JSON, under a name that clients know.
     *
     * @throws dev.carrel.error.CancelledException if the turn was stopped
     * @throws IllegalStateException if the turn has ended
     */
    void data(String name, Object value);

    /**
     * Asks the user something, and waits for the answer; what was said before is sent first. The question and the answer are
     * kept: in a {@link ChatOptions#restartable restartable} chat the turn goes on after a restart, and there each question that
     * was answered is answered at once.
     *
     * @param question a value as JSON, whose form clients know
     * @return what the user answered; JSON of the client's making, so read it strictly
     * @throws dev.carrel.error.CancelledException if the turn was stopped meanwhile, or its time is over
     * @throws IllegalStateException if the turn has ended
     */
    JsonInput ask(Object question);
}
