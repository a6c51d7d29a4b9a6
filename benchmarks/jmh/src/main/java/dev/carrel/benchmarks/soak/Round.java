package dev.carrel.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Some errands of one user that go the same way. */
final class Round {
    /** How many errands a round has. */
    static final int SIZE = 32;
    /** How many users' work each errand runs in its middle: so one hop in four goes another way than a plain call. */
    static final int VISITS = 3;

    private static final long PATIENCE_SECONDS = 60;

    private final Crowd crowd;
    private final User user;
    private final Ledger ledger;

    Round(Crowd crowd, User user, Ledger ledger) {
        this.crowd = crowd;
        this.user = user;
        this.ledger = ledger;
    }

    User user() {
        return user;
    }

    /** Somebody, for a hop in which two have a part. */
    User another() {
        return crowd.any();
    }

    /** What is handed over: to be run as {@link #user()}. */
    User errand() {
        return errandFor(user);
    }

    /** What is handed over on behalf of somebody else. */
    User errandFor(User owner) {
        ledger.arrived(owner);
        crowd.visit(owner, VISITS);
        ledger.look(owner);
        return owner;
    }

    /** So many of the same. */
    <T> List<T> each(Supplier<T> maker) {
        List<T> all = new ArrayList<>(SIZE);
        for (int i = 0; i < SIZE; i++) {
            all.add(maker.get());
        }
        return all;
    }

    /** Waits for all of these. */
    void join(List<? extends Future<?>> futures) throws Exception {
        for (Future<?> future : futures) {
            future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** Waits for errands that tell a latch. */
    void await(CountDownLatch done) throws InterruptedException {
        if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("%d tasks handed over by \"%s\" were not run in %d s"
                    .formatted(done.getCount(), ledger.name(), PATIENCE_SECONDS));
        }
    }
}
