package dev.carrel.tck.store;

/** What every store must do. */
public abstract class StoreContract {
    /** For subclasses. */
    protected StoreContract() {}
}
