package dev.carrel.tck.store.history;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.carrel.error.UnavailableException;
import dev.carrel.tck.store.history.Counter.Increment;
import dev.carrel.tck.store.history.Counter.Operation;
import dev.carrel.tck.store.history.Counter.Read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Histories written down while threads run. */
class RecordingTest {
    private final History<Operation> history = new History<>();

    @Test
    void an_operation_that_fails_as_unavailable_may_have_taken_effect() {
        assertThat(history.call(0, new Increment(1), () -> {
            throw new UnavailableException("The store does not answer.");
        })).isEmpty();
        assertThat(history.call(0, new Read(), () -> Reply.of(0L))).contains(Reply.of(0L));
        assertThat(history.call(0, new Read(), () -> Reply.of(1L))).contains(Reply.of(1L));
        assertThat(history.refute(new Counter())).isEmpty();
        history.call(0, new Read(), () -> Reply.of(0L));
        assertThat(history.refute(new Counter())).isPresent();
    }

    @Test
    void any_other_failure_is_the_callers() {
        assertThatThrownBy(() -> history.call(0, new Read(), () -> {
            throw new IllegalStateException("broken");
        })).hasMessage("broken");
        assertThat(history.calls()).singleElement().extracting(Call::reply).isNull();
    }

    @Test
    void increments_of_many_threads_are_explained() throws InterruptedException {
        var number = new AtomicLong();
        together(6, thread -> {
            for (int i = 0; i < 40; i++) {
                if (i % 3 == 0) {
                    history.call(thread, new Read(), () -> Reply.of(number.get()));
                } else {
                    history.call(thread, new Increment(1), () -> {
                        number.incrementAndGet();
                        return Reply.Word.DONE;
                    });
                }
            }
        });
        assertThat(history.calls()).hasSize(240);
        assertThat(history.refute(new Counter())).isEmpty();
    }

    @Test
    void increments_that_read_and_then_write_are_refuted() throws InterruptedException {
        var number = new AtomicLong();
        var read = new CyclicBarrier(2);
        together(2, thread -> history.call(thread, new Increment(1), () -> {
            long found = number.get();
            await(read);
            number.set(found + 1);
            return Reply.Word.DONE;
        }));
        history.call(0, new Read(), () -> Reply.of(number.get()));
        assertThat(history.refute(new Counter())).get().asString().contains("Read[] -> 1, but would answer 2");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void together(int threads, java.util.function.IntConsumer action) throws InterruptedException {
        var done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            int thread = i;
            Thread.startVirtualThread(() -> {
                try {
                    action.accept(thread);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }
}
