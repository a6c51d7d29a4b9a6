package dev.carrel.tutor.index;

/** Is told how far the embedding of documents is; called by one thread at a time. */
@FunctionalInterface
public interface Progress {
    /** Nobody wants to know. */
    Progress NONE = (done, total) -> {};

    /** {@code done} of the {@code total} passages that have to be embedded are. */
    void at(int done, int total);
}
