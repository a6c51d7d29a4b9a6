package dev.carrel.test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TestTimeTest {
    private final TestTime time = TestTime.at(Instant.EPOCH);

    @Test
    void time_stands_still_until_it_is_let_pass() {
        assertThat(time.now()).isEqualTo(Instant.EPOCH);
        long before = time.nanoTime();
        time.pass(Duration.ofSeconds(90));
        assertThat(time.now()).isEqualTo(Instant.EPOCH.plusSeconds(90));
        assertThat(time.nanoTime() - before).isEqualTo(90_000_000_000L);
    }

    @Test
    void timers_run_in_their_order_each_at_its_own_moment() {
        List<String> ran = new ArrayList<>();
        time.after(Duration.ofSeconds(2), () -> ran.add("two at " + time.now()));
        time.after(Duration.ofSeconds(1), () -> {
            ran.add("one at " + time.now());
            time.after(Duration.ofMillis(500), () -> ran.add("one and a half at " + time.now()));
        });
        time.after(Duration.ofSeconds(9), () -> ran.add("late"));
        time.pass(Duration.ofSeconds(3));
        assertThat(ran).containsExactly("one at 1970-01-01T00:00:01Z", "one and a half at 1970-01-01T00:00:01.500Z",
                "two at 1970-01-01T00:00:02Z");
        assertThat(time.timers()).isEqualTo(1);
        assertThat(time.now()).isEqualTo(Instant.EPOCH.plusSeconds(3));
    }

    @Test
    void a_timer_runs_at_the_root_and_one_that_was_called_off_does_not_run() {
        List<Boolean> root = new ArrayList<>();
        time.after(Duration.ofSeconds(1), () -> root.add(Context.current().isRoot()));
        TimeSource.Timer off = time.after(Duration.ofSeconds(1), () -> root.add(false));
        off.cancel();
        Users.many(1).run(user -> time.pass(Duration.ofSeconds(1)));
        assertThat(root).containsExactly(true);
    }

    @Test
    void the_wall_clock_jumps_alone_and_only_it_goes_back() {
        time.after(Duration.ofSeconds(1), () -> {
            throw new AssertionError("a timer goes by the monotonic clock");
        });
        long before = time.nanoTime();
        time.jump(Duration.ofDays(-1));
        time.jump(Duration.ofDays(3));
        assertThat(time.now()).isEqualTo(Instant.EPOCH.plus(Duration.ofDays(2)));
        assertThat(time.nanoTime()).isEqualTo(before);
        assertThatThrownBy(() -> time.pass(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void deadlines_go_by_it() {
        Deadline deadline = Deadline.after(Duration.ofSeconds(5), time);
        time.pass(Duration.ofSeconds(4));
        assertThat(deadline.remaining()).isEqualTo(Duration.ofSeconds(1));
        time.pass(Duration.ofSeconds(1));
        assertThat(deadline.passed()).isTrue();
    }
}
