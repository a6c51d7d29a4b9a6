package dev.carrel.tck.store;

/** What every store must do, durable or not. */
public interface StoreContract
        extends
            SessionContract,
            OwnerContract,
            EndedContract,
            StateContract,
            DeltaContract,
            OperationContract,
            AtomicContract,
            ScopeContract,
            SharedContract,
            ExpiryContract,
            SizeContract,
            HostileContract,
            LinearisableContract,
            LaneContract,
            TurnContract,
            WaitingContract,
            ArrivalContract,
            RepeatContract,
            EventContract,
            OnceContract,
            RetentionContract,
            LeaseContract,
            UserContract {}
