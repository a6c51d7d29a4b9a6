package dev.carrel.benchmarks.soak;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** All users at once, and the work that they leave for others to run. Immutable and thread-safe. */
final class Crowd {
    private static final int WAYS = 5;

    private final List<User> users;
    private final List<User.Visits> visits;
    private final List<Ledger> ledgers = List.of(new Ledger("run, in the middle of another's work"),
            new Ledger("wrapped runnable, the same"), new Ledger("wrapped callable, the same"),
            new Ledger("wrapped function, the same"), new Ledger("wrapped supplier, the same"));

    Crowd(int size) {
        users = IntStream.range(0, size).mapToObj(i -> User.arrives()).toList();
        visits = users.stream().map(user -> new User.Visits(user, ledgers.toArray(Ledger[]::new))).toList();
    }

    User any() {
        return users.get(ThreadLocalRandom.current().nextInt(users.size()));
    }

    /** Runs work of that many random users here, in the middle of {@code host}'s. */
    void visit(User host, int count) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int i = 0; i < count; i++) {
            visits.get(random.nextInt(visits.size())).visit(random.nextInt(WAYS), host);
        }
    }

    List<Ledger> ledgers() {
        return ledgers;
    }
}
