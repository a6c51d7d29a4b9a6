package dev.carrel.app;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.error.CarrelException;
import dev.carrel.error.ConflictException;
import dev.carrel.interrupt.Handshake;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.time.TimeSource;

/** One lease that is held, and the work under it. For one call. */
final class Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Guard.class);
    private static final Duration TICK = Leases.LEASE.dividedBy(3);

    private final LeaseStore store;
    private final TimeSource time;
    private final LeaseStore.Lease lease;
    private final Cancellation.Source cancellation = Cancellation.source();
    /** The work is a part of what its caller does: whatever stops that stops this. */
    private final Handshake handshake = new Handshake();
    /** Guards what follows. */
    private final Object lock = new Object();
    private boolean running;
    private boolean lost;
    private TimeSource.Timer renewal = () -> {};
    private TimeSource.Timer lapse = () -> {};

    Guard(LeaseStore store, TimeSource time, LeaseStore.Lease lease) {
        this.store = store;
        this.time = time;
        this.lease = lease;
    }

    <R extends @Nullable Object, X extends Throwable> R call(Leases.Guarded<R, X> body) throws X {
        synchronized (lock) {
            running = true;
        }
        loseIfItLapses(time.nanoTime());
        renewSoon();
        R result;
        try {
            Context context = cancellation.bind(Context.current());
            result = handshake.<R, X>callAsPart(() -> context.<R, X>call(() -> body.call(lease.fence())));
        } catch (Throwable e) {
            if (ended()) {
                ConflictException conflict = conflict();
                conflict.addSuppressed(e);
                throw conflict;
            }
            throw e;
        } finally {
            ended();
            cancellation.close();
            release();
        }
        if (ended()) {
            throw conflict();
        }
        return result;
    }

    private static ConflictException conflict() {
        return new ConflictException("Somebody else has taken over what this was busy with. Please try again.");
    }

    /** The work is over; whether the lease was lost before. */
    private boolean ended() {
        synchronized (lock) {
            running = false;
            renewal.cancel();
            lapse.cancel();
            return lost;
        }
    }

    private void renewSoon() {
        synchronized (lock) {
            if (running) {
                renewal = time.after(TICK, () -> start(this::renew));
            }
        }
    }

    /** By our own clock: a store that does not answer does not say that the lease is lost. */
    private void loseIfItLapses(long asked) {
        synchronized (lock) {
            if (running) {
                lapse.cancel();
                lapse = time.after(Duration.ofNanos(asked + Leases.LEASE.toNanos() - time.nanoTime()),
                        () -> start(this::lose));
            }
        }
    }

    private static void start(Runnable task) {
        Thread.ofVirtual().name("lease-renewal").inheritInheritableThreadLocals(false).start(task);
    }

    private void renew() {
        long asked = time.nanoTime();
        try {
            if (!store.renew(lease, Leases.LEASE)) {
                lose();
                return;
            }
            loseIfItLapses(asked);
        } catch (CarrelException e) {
            LOG.warn("the lease \"{}\" was not renewed: {}", lease.name(), e.getMessage());
        }
        renewSoon();
    }

    private void lose() {
        synchronized (lock) {
            if (!running) {
                return;
            }
            lost = true;
            LOG.warn("the lease \"{}\" was lost while its work ran; the work is cancelled", lease.name());
        }
        cancellation.cancel("the lease was lost");
        handshake.interrupt();
    }

    private void release() {
        try {
            store.release(lease);
        } catch (CarrelException e) {
            LOG.warn("the lease \"{}\" was not given back, and lapses by itself: {}", lease.name(), e.getMessage());
        }
    }
}
