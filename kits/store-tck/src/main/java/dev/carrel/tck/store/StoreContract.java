package dev.carrel.tck.store;

/** What every store must do, durable or not. */
public interface StoreContract
        extends
            SessionContract,
            StateContract,
            LaneContract,
            TurnContract,
            EventContract,
            UserContract {}
