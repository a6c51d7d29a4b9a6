package dev.carrel.web;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Who is too slow a reader, and who is only slow. */
class TimedOutputTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MIB = 1024 * 1024;

    private final AtomicLong nanos = new AtomicLong();
    private final List<Integer> steps = new ArrayList<>();
    private Consumer<TimedOutput> meanwhile = out -> {};
    private final TimedOutput out = new TimedOutput(new OutputStream() {
        @Override
        public void write(int one) {
            throw new AssertionError("byte by byte");
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            meanwhile.accept(out());
            if (Thread.interrupted()) {
                throw new InterruptedIOException("interrupted");
            }
            steps.add(length);
        }

        @Override
        public void flush() {}
    }, new TimeSource() {
        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            throw new AssertionError("no timer");
        }
    });

    private TimedOutput out() {
        return out;
    }

    @AfterEach
    void nobodyElseIsInterrupted() {
        assertThat(Thread.interrupted()).isFalse();
    }

    /** Each step takes so long, while somebody looks once a second. */
    private void eachStepTakes(Duration time) {
        meanwhile = writing -> {
            long end = nanos.get() + time.toNanos();
            while (nanos.get() < end) {
                nanos.set(Math.min(end, nanos.get() + Duration.ofSeconds(1).toNanos()));
                writing.cut(PATIENCE);
            }
        };
    }

    @Test
    void a_reader_who_is_slow_but_reads_gets_all_however_long_it_is() throws Exception {
        eachStepTakes(Duration.ofMillis(1_950));
        out.write(new byte[8 * MIB + 1]);
        assertThat(steps.stream().mapToInt(it -> it).sum()).isEqualTo(8 * MIB + 1);
        assertThat(steps).hasSize(129);
        assertThat(Duration.ofNanos(nanos.get())).isGreaterThan(PATIENCE.multipliedBy(10));
    }

    @Test
    void a_reader_who_reads_now_and_then_is_cut_off() {
        eachStepTakes(Duration.ofSeconds(10));
        assertThatThrownBy(() -> out.write(new byte[8 * MIB])).isInstanceOf(InterruptedIOException.class);
        assertThat(Duration.ofNanos(nanos.get())).isLessThan(Duration.ofSeconds(40));
    }

    @Test
    void a_reader_who_does_not_read_is_cut_off_however_much_went_through_before() {
        meanwhile = writing -> {
            if (steps.size() == 64) {
                nanos.addAndGet(PATIENCE.plusNanos(1).toNanos());
                writing.cut(PATIENCE);
            }
        };
        assertThatThrownBy(() -> out.write(new byte[8 * MIB])).isInstanceOf(InterruptedIOException.class);
        assertThat(steps).hasSize(64);
    }

    @Test
    void between_writes_there_is_no_hurry() throws Exception {
        for (int i = 0; i < 3; i++) {
            out.write(new byte[100]);
            out.flush();
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            out.cut(PATIENCE);
        }
        assertThat(steps).containsExactly(100, 100, 100);
    }
}
