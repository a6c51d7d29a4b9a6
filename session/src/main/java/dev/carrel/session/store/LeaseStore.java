package dev.carrel.session.store;

import java.time.Duration;
import java.util.Optional;

/**
 * Named leases, by which nodes agree who may do something. They run on the store's own clock. A holder that has lost its lease
 * may not know it yet: what must be safe against that checks the fence.
 */
public interface LeaseStore {
    /** The lease of whichever server keeps house: it is held while any server runs, but for its first half minute. */
    String HOUSEKEEPING = "housekeeping";

    /**
     * A lease that was acquired.
     *
     * @param fence higher than that of every earlier lease of this name
     */
    record Lease(String name, String holder, long fence) {}

    /** Acquires the lease if nobody has it, or it has lapsed; also if this holder has it, which renews it under a new fence. */
    Optional<Lease> acquire(String name, String holder, Duration duration);

    /** Extends a lease that is still this one's, lapsed or not. False if somebody else has acquired it since. */
    boolean renew(Lease lease, Duration duration);

    /** Gives it back, if it is still this one's. */
    void release(Lease lease);
}
