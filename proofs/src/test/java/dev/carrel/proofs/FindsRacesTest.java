package dev.carrel.proofs;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jetbrains.lincheck.LincheckAssertionError;
import org.junit.jupiter.api.Test;

import static dev.carrel.proofs.Interleavings.all;
import static dev.carrel.proofs.Interleavings.check;
import static dev.carrel.proofs.Interleavings.together;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The proofs are worth something: races that are there are found. */
class FindsRacesTest {
    private int plain;

    @Test
    void an_increment_that_is_lost_is_found() {
        assertThatThrownBy(() -> all(() -> {
            var count = new FindsRacesTest();
            together(() -> count.plain++, () -> count.plain++);
            check(count.plain == 2, "lost");
        })).isInstanceOf(LincheckAssertionError.class).hasMessageContaining("lost");
    }

    @Test
    void a_check_that_another_thread_overtakes_is_found() {
        assertThatThrownBy(() -> all(() -> {
            var done = new AtomicBoolean();
            var times = new AtomicInteger();
            Runnable once = () -> {
                if (!done.get()) {
                    done.set(true);
                    times.incrementAndGet();
                }
            };
            together(once, once);
            check(times.get() == 1, "twice");
        })).isInstanceOf(LincheckAssertionError.class).hasMessageContaining("twice");
    }

    @Test
    void a_wait_that_nobody_ends_is_found() {
        assertThatThrownBy(() -> all(() -> {
            var one = new Object();
            var other = new Object();
            together(() -> both(one, other), () -> both(other, one));
        })).isInstanceOf(LincheckAssertionError.class);
    }

    private static void both(Object first, Object second) {
        synchronized (first) {
            synchronized (second) {
                check(first != second, "one lock");
            }
        }
    }
}
