package dev.carrel.tck.store.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Histories written down by hand. */
final class Calls<I> {
    private final List<Call<I>> calls = new ArrayList<>();

    /** An operation of this thread that was called at the one moment and answered at the other. */
    Calls<I> call(int thread, long called, long answered, I operation, Reply reply) {
        calls.add(new Call<>(thread, operation, reply, called, answered));
        return this;
    }

    /** An operation whose answer is not known. */
    Calls<I> lost(int thread, long called, I operation) {
        calls.add(new Call<>(thread, operation, null, called, Call.NEVER));
        return this;
    }

    <S> Optional<Counterexample<S, I>> refute(Model<S, I> model) {
        return Counterexample.find(model, calls);
    }
}
