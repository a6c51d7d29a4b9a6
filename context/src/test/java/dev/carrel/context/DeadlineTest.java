package dev.carrel.context;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Cancellation.Registration;
import dev.carrel.error.CancelledException;
import dev.carrel.error.DeadlineException;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Of two deadlines the earlier one holds; one that has passed cancels; time is what the monotonic clock says. */
class DeadlineTest {
    private final ManualTime time = new ManualTime();

    private Deadline in(int seconds) {
        return Deadline.after(Duration.ofSeconds(seconds), time);
    }

    private static Duration left(Context context) {
        return context.deadline().orElseThrow().remaining();
    }

    @Test
    void the_earlier_of_two_holds_whichever_came_first() {
        assertThat(left(Context.root().withDeadline(in(5)).withDeadline(in(10)))).isEqualTo(Duration.ofSeconds(5));
        assertThat(left(Context.root().withDeadline(in(10)).withDeadline(in(5)))).isEqualTo(Duration.ofSeconds(5));
        Context outer = Context.root().withDeadline(in(5));
        Context nested = outer.call(() -> Context.current().withDeadline(in(10)));
        time.pass(Duration.ofSeconds(5));
        assertThat(nested.cancellation().late()).isTrue();
    }

    @Test
    void a_child_that_is_late_does_not_make_its_parent_late() {
        Context outer = Context.root().withDeadline(in(10));
        Context inner = outer.withDeadline(in(5));
        time.pass(Duration.ofSeconds(5));
        assertThat(inner.cancellation().requested()).isTrue();
        assertThat(outer.cancellation().requested()).isFalse();
        assertThatThrownBy(inner.cancellation()::throwIfRequested).isInstanceOf(DeadlineException.class);
        outer.cancellation().throwIfRequested();
    }

    @Test
    void the_owners_stop_stays_that_when_the_deadline_passes_as_well() {
        var owner = Cancellation.source();
        Context first = owner.bind(Context.root().withDeadline(in(5)));
        Context second = owner.bind(Context.root()).withDeadline(in(5));
        owner.cancel("enough");
        assertThat(first.cancellation().requested()).isTrue();
        assertThat(second.cancellation().requested()).isTrue();
        time.pass(Duration.ofSeconds(5));
        for (Context context : new Context[]{first, second}) {
            assertThat(context.cancellation().late()).isFalse();
            assertThat(context.cancellation().reason()).contains("enough");
            assertThatThrownBy(context.cancellation()::throwIfRequested).isInstanceOf(CancelledException.class)
                    .hasMessage("enough");
        }
    }

    @Test
    void one_that_has_passed_cancels_at_once() {
        Context late = Context.root().withDeadline(in(0));
        var heard = new AtomicInteger();
        late.cancellation().onRequest(heard::incrementAndGet);
        assertThat(heard).hasValue(1);
        assertThat(late.cancellation().late()).isTrue();
        assertThat(left(late)).isZero();
        assertThatThrownBy(in(0)::throwIfPassed).isInstanceOf(DeadlineException.class);
    }

    @Test
    void actions_run_once_when_it_passes_and_the_clock_is_asked_no_longer_than_anybody_listens() {
        Context context = Context.root().withDeadline(in(5)).withDeadline(in(10));
        assertThat(time.waiting()).as("nobody listens").isZero();
        var heard = new AtomicInteger();
        Registration closed = context.cancellation().onRequest(heard::incrementAndGet);
        assertThat(time.waiting()).isPositive();
        closed.close();
        assertThat(time.waiting()).as("nobody listens any more").isZero();
        context.cancellation().onRequest(heard::incrementAndGet);
        time.pass(Duration.ofMillis(4_999));
        assertThat(heard).hasValue(0);
        time.pass(Duration.ofMillis(1));
        await().untilAsserted(() -> assertThat(heard).hasValue(1));
        time.pass(Duration.ofSeconds(60));
        assertThat(heard).hasValue(1);
        assertThat(time.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, Long.MAX_VALUE, Long.MAX_VALUE - 1_000_000_000, Long.MIN_VALUE, -1})
    void it_holds_wherever_the_monotonic_clock_stands(long origin) {
        var clock = new ManualTime(Instant.EPOCH, origin);
        Deadline second = Deadline.after(Duration.ofSeconds(1), clock);
        Deadline ages = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE), clock);
        assertThat(second.passed()).isFalse();
        assertThat(ages.passed()).isFalse();
        assertThat(ages.remaining()).isGreaterThan(Duration.ofDays(365 * 100));
        assertThat(second.earlier(ages)).isSameAs(second);
        assertThat(ages.earlier(second)).isSameAs(second);
        clock.pass(Duration.ofSeconds(1));
        assertThat(second.passed()).isTrue();
        assertThat(second.remaining()).isZero();
        assertThat(ages.passed()).isFalse();
        assertThat(second.earlier(ages)).isSameAs(second);
    }

    @Test
    void a_very_long_one_can_be_waited_for_on_the_machines_clock() {
        Context ages = Context.root().withDeadline(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)));
        ages.cancellation().onRequest(() -> {
            throw new AssertionError("it came");
        }).close();
        assertThat(ages.cancellation().requested()).isFalse();
    }

    @Test
    void of_two_on_different_clocks_the_one_with_less_time_left_holds() {
        var other = new ManualTime(Instant.EPOCH, Long.MAX_VALUE / 3);
        Deadline here = in(5);
        Deadline there = Deadline.after(Duration.ofSeconds(6), other);
        assertThat(here.earlier(there)).isSameAs(here);
        assertThat(there.earlier(here)).isSameAs(here);
        other.pass(Duration.ofSeconds(2));
        assertThat(here.earlier(there)).isSameAs(there);
    }

    @Test
    void a_negative_duration_is_refused() {
        assertThatThrownBy(() -> Deadline.after(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.000000001S");
        assertThatThrownBy(() -> Deadline.after(Duration.ofSeconds(Long.MIN_VALUE), time))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void it_crosses_every_hop_within_the_turn() throws Exception {
        Deadline deadline = in(5);
        Context.root().withDeadline(deadline).<Void, Exception>call(() -> {
            try (var executor = Context.virtualThreads()) {
                assertThat(executor.submit(Deadline::current).get()).containsSame(deadline);
            }
            return null;
        });
        assertThat(Deadline.current()).isEmpty();
    }
}
