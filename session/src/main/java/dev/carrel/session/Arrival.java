package dev.carrel.session;

/** What becomes of a message that arrives while an earlier one of its session waits or is being answered. */
public enum Arrival {
    /** It waits its turn, unless too many do. */
    QUEUE,
    /** It is refused: 409. */
    REJECT,
    /** The earlier ones are interrupted, and it is answered next. */
    INTERRUPT
}
