package dev.carrel.tck.store.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/** Makes up histories. */
final class Simulation {
    private Simulation() {}

    /** An operation under way. */
    private static final class Running<I> {
        final int thread;
        final I operation;
        final long called;
        @Nullable
        Reply reply;

        Running(int thread, I operation, long called) {
            this.thread = thread;
            this.operation = operation;
            this.called = called;
        }
    }

    /**
     * What an object that is right answers: each operation takes effect at a moment between its call and its answer. Now
     * and then an answer is lost, before the operation took effect or after it.
     */
    static <S, I> List<Call<I>> right(Model<S, I> model, Function<Random, I> operations, int threads, int each,
            Random random) {
        List<Call<I>> calls = new ArrayList<>();
        List<Running<I>> running = new ArrayList<>();
        int[] left = new int[threads];
        java.util.Arrays.fill(left, each);
        S state = model.initial();
        int lost = 0;
        for (long position = 0; calls.size() < threads * each; position++) {
            int thread = random.nextInt(threads);
            var mine = running.stream().filter(one -> one.thread == thread).findFirst();
            if (mine.isEmpty()) {
                if (left[thread]-- > 0) {
                    running.add(new Running<>(thread, operations.apply(random), position));
                }
                continue;
            }
            Running<I> one = mine.get();
            if (lost < 6 && random.nextInt(60) == 0) {
                lost++;
                calls.add(new Call<>(thread, one.operation, null, one.called, Call.NEVER));
                running.remove(one);
            } else if (one.reply == null) {
                var step = model.apply(state, one.operation);
                state = step.state();
                one.reply = step.reply();
            } else {
                calls.add(new Call<>(thread, one.operation, one.reply, one.called, position));
                running.remove(one);
            }
        }
        return calls;
    }

    /** Up to seven operations whose answers come from an object that now and then does not remember what it did. */
    static <S, I> List<Call<I>> wild(Model<S, I> model, Function<Random, I> operations, Random random) {
        List<S> past = new ArrayList<>(List.of(model.initial()));
        List<Call<I>> calls = new ArrayList<>();
        int size = 3 + random.nextInt(5);
        for (int i = 0; i < size; i++) {
            I operation = operations.apply(random);
            boolean forgets = random.nextBoolean();
            var step = model.apply(forgets ? past.get(random.nextInt(past.size())) : past.getLast(), operation);
            past.add(step.state());
            long called = 2L * (10 * i - random.nextInt(15) + 30);
            long answered = 2L * (10 * i + random.nextInt(15) + 30) + 1;
            calls.add(random.nextInt(8) == 0
                    ? new Call<>(i, operation, null, called, Call.NEVER)
                    : new Call<>(i, operation, step.reply(), called, answered));
        }
        return calls;
    }
}
