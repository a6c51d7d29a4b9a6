package dev.carrel.context.spi;

import dev.carrel.context.Context;

/**
 * Told whenever a context is bound for a block on a thread: brings a thread-local of another library into line, and puts
 * back what was there. Must be thread-safe and quick: it runs with every hop.
 */
public interface BindingListener {
    /**
     * Called on the thread that runs the block, when {@code context} is bound and before the block begins. If it throws,
     * what other listeners did is undone, the block does not run, and its caller gets the exception.
     *
     * @return undoes it; called on the same thread when the block has ended, in reverse order of the listeners. What it
     *         throws is logged, and changes nothing for the block.
     */
    Undo bound(Context context);

    /** Puts back what was there before. */
    @FunctionalInterface
    interface Undo {
        /** For a listener that had nothing to do. */
        Undo NOTHING = () -> {};

        /** Called once. */
        void undo();
    }
}
