package dev.carrel.context;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Cancellation.Registration;
import dev.carrel.error.EndedContextException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Real threads, many rounds, each begun together: what the processor does to the core's fields, where the proofs try the
 * orders of its steps. {@code -Dstress.rounds=1000000} runs more of them.
 */
@Timeout(300)
class CancellationStressTest {
    private static final int ROUNDS = Integer.getInteger("stress.rounds", 20_000);
    private static final ContextKey<String> DRAFT = ContextKey.of("draft", Kind.TURN);

    private final ExecutorService threads = Executors.newFixedThreadPool(3);

    @AfterEach
    void close() {
        threads.close();
    }

    /** One step of a round; steps of a round run at once. */
    private interface Step {
        void run(int round);
    }

    private void rounds(Step... steps) throws Exception {
        var together = new Phaser(steps.length);
        var running = new Future<?>[steps.length];
        for (int i = 0; i < steps.length; i++) {
            Step step = steps[i];
            running[i] = threads.submit(() -> {
                try {
                    for (int round = 0; round < ROUNDS; round++) {
                        together.arriveAndAwaitAdvance();
                        step.run(round);
                    }
                } finally {
                    together.arriveAndDeregister();
                }
            });
        }
        for (Future<?> one : running) {
            one.get();
        }
    }

    private static <T> T[] each(T[] array, java.util.function.IntFunction<T> maker) {
        java.util.Arrays.setAll(array, maker);
        return array;
    }

    @Test
    void an_action_of_a_child_runs_once_whoever_cancels() throws Exception {
        var outer = each(new Cancellation.Source[ROUNDS], _ -> Cancellation.source());
        var inner = each(new Cancellation.Source[ROUNDS], _ -> Cancellation.source());
        var child = each(new Cancellation[ROUNDS],
                at -> inner[at].bind(outer[at].bind(Context.root())).cancellation());
        var heard = each(new AtomicInteger[ROUNDS], _ -> new AtomicInteger());
        rounds(round -> child[round].onRequest(heard[round]::incrementAndGet), round -> {
            Registration more = child[round].onRequest(() -> {});
            outer[round].cancel("outer");
            more.close();
        }, round -> inner[round].cancel("inner"));
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(heard[round]).as("round " + round).hasValue(1);
            assertThat(child[round].requested()).isTrue();
        }
    }

    @Test
    void an_action_that_is_closed_runs_at_most_once_and_one_that_stays_once() throws Exception {
        var source = each(new Cancellation.Source[ROUNDS], _ -> Cancellation.source());
        var child = each(new Cancellation[ROUNDS],
                at -> Cancellation.source().bind(source[at].bind(Context.root())).cancellation());
        var gone = each(new AtomicInteger[ROUNDS], _ -> new AtomicInteger());
        var stays = each(new AtomicInteger[ROUNDS], _ -> new AtomicInteger());
        rounds(round -> child[round].onRequest(gone[round]::incrementAndGet).close(),
                round -> child[round].onRequest(stays[round]::incrementAndGet), round -> source[round].cancel("now"));
        for (int round = 0; round < ROUNDS; round++) {
            assertThat(gone[round].get()).as("round " + round).isLessThanOrEqualTo(1);
            assertThat(stays[round]).as("round " + round).hasValue(1);
        }
    }

    @Test
    void a_read_that_begins_after_the_end_fails() throws Exception {
        var turns = each(new Lifetime[ROUNDS], at -> Lifetime.begin(Kind.TURN, "turn " + at));
        var contexts = each(new Context[ROUNDS], at -> turns[at].bind(Context.root()).with(DRAFT, "x"));
        var ended = new AtomicInteger(-1);
        var tooLate = new AtomicInteger();
        var ends = new AtomicInteger();
        Step read = round -> {
            boolean before = ended.get() >= round;
            try {
                contexts[round].get(DRAFT);
                tooLate.addAndGet(before ? 1 : 0);
            } catch (EndedContextException e) {
                tooLate.addAndGet(turns[round].endedAt().isPresent() ? 0 : 1);
            }
        };
        rounds(round -> {
            ends.addAndGet(turns[round].end() ? 1 : 0);
            ended.set(round);
        }, read, round -> {
            ends.addAndGet(turns[round].end() ? 1 : 0);
            read.run(round);
        });
        assertThat(tooLate).hasValue(0);
        assertThat(ends).hasValue(ROUNDS);
    }
}
