package dev.carrel.benchmarks.soak;

import java.util.concurrent.atomic.LongAdder;

import dev.carrel.context.Context;

/** The count of one kind of hop. Thread-safe. */
final class Ledger {
    private final String name;
    private final LongAdder hops = new LongAdder();
    private final LongAdder losses = new LongAdder();
    private final LongAdder leaks = new LongAdder();

    Ledger(String name) {
        this.name = name;
    }

    /** Called first thing by work that was handed over for that user. */
    void arrived(User expected) {
        hops.increment();
        look(expected);
    }

    /** Called by work that has lent its thread to others meanwhile: no hop, but the same must hold. */
    void look(User expected) {
        User seen = Context.current().get(User.CANARY);
        if (seen != expected) {
            (seen == User.NOBODY ? losses : leaks).increment();
        }
    }

    String name() {
        return name;
    }

    long hops() {
        return hops.sum();
    }

    long losses() {
        return losses.sum();
    }

    long leaks() {
        return leaks.sum();
    }
}
