package dev.carrel.app;

import java.time.Duration;

/**
 * How long sessions live, and how many there may be. What counts as activity is a message: neither a stream that is open or
 * opened again and again, nor a function that is called, keeps a session alive. A session with an open turn is never ended by
 * these limits; it is looked at again when the turn has closed. Whatever they end is told its end
 * ({@link SessionListener#ended}).
 *
 * @param idle how long a session may go without a message
 * @param age how old a session may become, however active it is
 * @param perUser how many sessions a user may have: whoever begins one more loses the one that was active longest ago
 * @param perTenant how many sessions all users of a tenant may have together, in the same way
 */
public record SessionLimits(Duration idle, Duration age, int perUser, int perTenant) {
    /** As many as there may be at all. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** 30 days without a message, a year in all; 1,000 of a user; of a tenant as many as there may be. */
    public static final SessionLimits DEFAULT = new SessionLimits(Duration.ofDays(30), Duration.ofDays(365), 1_000,
            UNLIMITED);

    public SessionLimits {
        if (!idle.isPositive() || !age.isPositive() || perUser < 1 || perTenant < 1) {
            throw new IllegalArgumentException("sessions live for some time, and there is at least one: not " + idle
                    + " idle, " + age + " old, " + perUser + " of a user, " + perTenant + " of a tenant");
        }
    }

    /** These limits, with another time without a message. */
    public SessionLimits withIdle(Duration newIdle) {
        return new SessionLimits(newIdle, age, perUser, perTenant);
    }

    /** These limits, with another age. */
    public SessionLimits withAge(Duration newAge) {
        return new SessionLimits(idle, newAge, perUser, perTenant);
    }

    /** These limits, with another number of sessions of a user. */
    public SessionLimits withPerUser(int sessions) {
        return new SessionLimits(idle, age, sessions, perTenant);
    }

    /** These limits, with another number of sessions of a tenant. */
    public SessionLimits withPerTenant(int sessions) {
        return new SessionLimits(idle, age, perUser, sessions);
    }
}
