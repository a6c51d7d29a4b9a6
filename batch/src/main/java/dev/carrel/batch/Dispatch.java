package dev.carrel.batch;

/** Why a batch was as large as it was. */
public enum Dispatch {
    /** Nothing else waited, and there is no window to wait in. */
    IDLE,
    /** Nothing else came within the window. */
    WINDOW,
    /** It had as many items as a batch may have. */
    FULL,
    /** What waited would have made it too costly. */
    COST,
    /** What waited must not run together with it. */
    APART,
    /** It is a part of one that failed as a whole. */
    RETRY
}
