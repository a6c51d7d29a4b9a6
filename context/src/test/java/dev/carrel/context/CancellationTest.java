package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
}
