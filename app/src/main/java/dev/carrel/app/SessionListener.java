package dev.carrel.app;

import dev.carrel.session.EndReason;

/**
 * Hears of the life of each session. Every method runs in the context of the session's owner, on a virtual thread of its own:
 * {@code Principal.current()}, {@code Session.current()} and {@code State.current()} are theirs, and what it changes there is
 * written in one step when it returns. Each comes once for what it names:
 *
 * <ul>
 * <li>{@link #created} and {@link #started} leave a mark in the session, in the same write as their changes. So those changes are
 * made once, whatever crashes and whichever node runs the session; a node that dies between the call and the write leaves the
 * call to be made again. A session from before the application had a listener is told both before its next turn.
 * <li>{@link #connected} and {@link #disconnected} are of one node and one stream; a node that dies calls nothing.
 * <li>{@link #ended} is called by whoever ended the session; if that node dies before the end is written, by another one, a minute
 * later. What it changes is written once, with the end.
 * </ul>
 *
 * So what they do outside of {@code Session} and {@code State} (a mail, a row elsewhere) is done at least once, and must bear
 * to be done again. One that throws, or takes longer than ten seconds, is logged; its changes are void, it is not called again,
 * and the session goes on. Implementations are thread-safe: sessions begin and end at the same time.
 */
public interface SessionListener {
    /** The session was made. Comes before {@link #started}, if need be just before. */
    default void created() throws Exception {}

    /** The session's first turn is about to run. A restart of the server, or of the turn, is no start. */
    default void started() throws Exception {}

    /** A stream of the session's events was opened: a page, a tab. */
    default void connected() throws Exception {}

    /** The stream goes on from where an earlier one was: a page that was cut off is back. Comes after {@link #connected}. */
    default void resumed() throws Exception {}

    /** The stream is closed, cut off or not. The session goes on. */
    default void disconnected() throws Exception {}

    /**
     * The session has ended. What it held and what was said in it can be read for the last time; what changes of it counts for
     * nothing, what changes of its user, tenant and the application is written with the end. What was local is not there any
     * more. Where nobody asks for the end (time, caps), it runs for the owner without any roles, under their id as their name.
     */
    default void ended(EndReason reason) throws Exception {}
}
