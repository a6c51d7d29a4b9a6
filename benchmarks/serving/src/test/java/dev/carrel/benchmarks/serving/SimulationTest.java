package dev.carrel.benchmarks.serving;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class SimulationTest {
    private static final long MILLI = 1_000_000;
    private static final Simulation PAIRS = new Simulation(10 * MILLI, MILLI, 2);

    private static Arrivals at(long... millis) {
        long[] nanos = millis.clone();
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] *= MILLI;
        }
        return Arrivals.at(nanos);
    }

    @Test
    void a_worker_that_is_idle_takes_what_waits() {
        // The first runs alone until 11; the next two until 23; the last until 34.
        assertThat(PAIRS.onIdle(at(0, 1, 5, 6)).mean()).isEqualTo((11 + 22 + 18 + 28) / 4.0, within(1e-9));
    }

    @Test
    void a_window_ends_when_its_time_is_over_or_its_batch_is_full() {
        List<Simulation.Result> results = PAIRS.all(at(3, 40, 41));

        // On idle: 11; 11; 21 after it was due.
        assertThat(results.get(0).latencies().mean()).isEqualTo((11 + 11 + 21) / 3.0, within(1e-9));
        // Ten after it came, then 11; the other two begin at 41, when they are two.
        assertThat(results.get(1).latencies().mean()).isEqualTo((21 + 13 + 12) / 3.0, within(1e-9));
        // The loop's first window ends at 10 and the batch at 21; the second after that ends at 41, when the two are there.
        assertThat(results.get(2).latencies().mean()).isEqualTo((18 + 13 + 12) / 3.0, within(1e-9));
        // The first is taken at once, and with the second the batch is full; the third waits a hundred by itself.
        assertThat(results.get(3).latencies().mean()).isEqualTo((49 + 12 + 122) / 3.0, within(1e-9));
    }

    @Test
    void many_arrivals_come_at_their_rate_and_in_order() {
        Arrivals arrivals = Arrivals.poisson(1_000, 20, new Random(1));

        assertThat(arrivals.count()).isBetween(19_000, 21_000);
        for (int i = 1; i < arrivals.count(); i++) {
            assertThat(arrivals.at(i)).isGreaterThanOrEqualTo(arrivals.at(i - 1));
        }
    }
}
