package dev.carrel.context;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import dev.carrel.error.CancelledException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CancellationTest {
    @Test
    void only_the_first_request_counts() {
        var source = Cancellation.source();
        source.view().throwIfRequested();
        assertThat(source.cancel("first")).isTrue();
        assertThat(source.cancel("second")).isFalse();
        assertThat(source.view().reason()).contains("first");
        assertThatThrownBy(source.view()::throwIfRequested).isInstanceOf(CancelledException.class);
    }

    @Test
    void a_listener_hears_once_late_ones_at_once_and_closed_ones_never() {
        var source = Cancellation.source();
        List<String> heard = new ArrayList<>();
        source.view().onRequest(() -> heard.add("early"));
        source.view().onRequest(() -> heard.add("closed")).close();
        source.cancel("now");
        source.cancel("again");
        source.view().onRequest(() -> heard.add("late"));
        assertThat(heard).containsExactly("early", "late");
    }

    @Test
    void where_nothing_can_cancel_it_never_comes() {
        Cancellation never = Cancellation.current();
        never.throwIfRequested();
        never.onRequest(() -> {
            throw new AssertionError("it came");
        }).close();
        assertThat(never.requested()).isFalse();
    }

    @Test
    void work_that_starts_the_next_for_ever_does_not_grow_a_chain() {
        var outermost = Cancellation.source();
        Context context = outermost.bind(Context.root());
        Cancellation.Source before = null;
        for (int i = 0; i < 100_000; i++) {
            var source = Cancellation.source();
            context = source.bind(context);
            if (before != null) {
                before.close();
            }
            before = source;
        }
        assertThat(context.cancellation().requested()).isFalse();
        outermost.cancel("all of it");
        assertThat(context.cancellation().reason()).contains("all of it");
    }

    @Test
    void what_was_asked_before_the_end_stays_and_nothing_can_be_asked_after_it() {
        var asked = Cancellation.source();
        asked.cancel("before");
        asked.close();
        assertThat(
                asked.bind(Context.root()).withDeadline(Deadline.after(Duration.ofMinutes(1))).cancellation().reason())
                .contains("before");
        var ended = Cancellation.source();
        Context context = ended.bind(Context.root());
        ended.close();
        assertThat(ended.cancel("after")).isFalse();
        assertThat(context.cancellation().requested()).isFalse();
    }

    @RepeatedTest(50)
    void registering_and_cancelling_at_once_tells_every_listener_exactly_once() throws Exception {
        var source = Cancellation.source();
        var heard = new AtomicInteger();
        var start = new CountDownLatch(1);
        Thread registering = Thread.ofVirtual().start(() -> {
            await(start);
            for (int i = 0; i < 20; i++) {
                source.view().onRequest(heard::incrementAndGet);
            }
        });
        Thread cancelling = Thread.ofVirtual().start(() -> {
            await(start);
            source.cancel("now");
        });
        start.countDown();
        registering.join();
        cancelling.join();
        assertThat(heard).hasValue(20);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_handler_of_failures_that_fails_itself_keeps_no_other_action_from_being_told() {
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Cancellation.Source source = Cancellation.source();
        var told = new AtomicBoolean();
        source.view().onRequest(() -> {
            throw new IllegalArgumentException("the action fails");
        });
        source.view().onRequest(() -> told.set(true));
        Thread.currentThread().setUncaughtExceptionHandler((thread, failure) -> {
            throw new IllegalStateException("the handler fails", failure);
        });
        try {
            assertThat(source.cancel("stop")).isTrue();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertThat(told).isTrue();
    }
}
