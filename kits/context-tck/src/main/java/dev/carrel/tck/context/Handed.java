package dev.carrel.tck.context;

/** Work that was handed over and need not be done yet. Used by one thread. */
public interface Handed {
    /**
     * Waits until it is done, or for as long as {@link Subject#start} was told, and says what whoever handed it over is
     * told.
     *
     * @throws Exception what the work threw, as it is or in the chain of causes; or that it was refused, cancelled or
     *         late
     */
    void await() throws Exception;

    /** Asks it to stop, as whoever handed it over would. */
    default void cancel() {
        throw new UnsupportedOperationException("this hop has no way to cancel, and does not say so: "
                + "Hop.without(Cell.CANCEL, why)");
    }

    /** The thread on which work would run that the caller runs itself. */
    default Thread caller() {
        return Thread.currentThread();
    }
}
