package dev.carrel.remote;

/** Why a header that came from outside counted for nothing. What came with it stays unread: all or nothing. */
public enum Ignored {
    /** Longer than this codec reads; nothing of it was looked at. */
    OVERSIZED,
    /** Not three parts with a key's id before them: not a header of this kind, or cut off. */
    MALFORMED,
    /** Signed under the id of a key that this side does not hold: a rotation that has not reached both, or a forgery. */
    UNKNOWN_KEY,
    /** Changed on the way, signed with another key, or made for another audience: which of them cannot be told. */
    SIGNATURE,
    /** Its time is over: late, or sent again. */
    EXPIRED,
    /** Valid for longer than this side allows: its sender's clock is ahead, or its sender allows itself more. */
    PREMATURE,
    /** Holds a key, or a principal, that this side does not allow. */
    UNKNOWN_NAME,
    /** Rightly signed, and yet it cannot be read: another version, or a decode function that failed. */
    UNREADABLE,
    /** Says that somebody else is asking than who is bound here already. */
    OTHER_PRINCIPAL,
    /** A {@code traceparent} that is not one. */
    TRACE
}
