package dev.carrel.context;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Cancellation.Registration;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

/** A cancellation goes down to everything that was begun inside, and nowhere else. */
class CancellationTreeTest {
    private final Cancellation.Source turn = Cancellation.source();
    private final Cancellation.Source part = Cancellation.source();
    private final Context inTurn = turn.bind(Context.root());
    private final Context inPart = part.bind(inTurn);
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    void it_goes_down_in_the_order_of_registration() {
        inTurn.cancellation().onRequest(() -> heard.add("turn, first"));
        inPart.cancellation().onRequest(() -> heard.add("part, first"));
        Cancellation.source().bind(inPart).cancellation().onRequest(() -> heard.add("part of the part"));
        inPart.cancellation().onRequest(() -> heard.add("part, second"));
        inTurn.cancellation().onRequest(() -> heard.add("turn, second"));
        turn.cancel("stop");
        assertThat(heard).containsExactly("turn, first", "part, first", "part of the part", "part, second",
                "turn, second");
        assertThat(inPart.cancellation().reason()).contains("stop");
    }

    @Test
    void it_does_not_go_up_or_aside() {
        Context sibling = Cancellation.source().bind(inTurn);
        inTurn.cancellation().onRequest(() -> heard.add("turn"));
        sibling.cancellation().onRequest(() -> heard.add("sibling"));
        inPart.cancellation().onRequest(() -> heard.add("part"));
        part.cancel("stop");
        assertThat(heard).containsExactly("part");
        assertThat(inTurn.cancellation().requested()).isFalse();
        assertThat(sibling.cancellation().requested()).isFalse();
    }

    @Test
    void a_child_that_only_looks_knows_as_well() {
        turn.cancel("stop");
        assertThat(inPart.cancellation().requested()).isTrue();
        assertThat(turn.view().requested()).isTrue();
        assertThat(part.view().requested()).as("the owner's own was not asked").isFalse();
    }

    @Test
    void detached_work_is_out_of_reach_and_has_a_deadline_of_its_own() {
        var time = new ManualTime();
        Context detached = inTurn.withDeadline(Deadline.after(Duration.ofSeconds(1), time))
                .detached(Deadline.after(Duration.ofSeconds(60), time));
        detached.cancellation().onRequest(() -> heard.add("detached"));
        turn.cancel("stop");
        time.pass(Duration.ofSeconds(59));
        assertThat(detached.cancellation().requested()).isFalse();
        assertThat(heard).isEmpty();
        time.pass(Duration.ofSeconds(1));
        assertThat(detached.cancellation().late()).isTrue();
        await().untilAsserted(() -> assertThat(heard).containsExactly("detached"));
    }

    @Test
    void an_action_that_throws_is_reported_and_stops_neither_the_others_nor_the_canceller() {
        var reported = new AtomicReference<Throwable>();
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> reported.set(thrown));
        try {
            inTurn.cancellation().onRequest(() -> {
                throw new IllegalStateException("no");
            });
            inPart.cancellation().onRequest(() -> heard.add("part"));
            inTurn.cancellation().onRequest(() -> heard.add("turn"));
            assertThat(turn.cancel("stop")).isTrue();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertThat(heard).containsExactly("part", "turn");
        assertThat(reported.get()).hasMessage("no");
    }

    @Test
    void an_action_may_close_itself_and_others() {
        List<Registration> registrations = new ArrayList<>();
        registrations.add(inTurn.cancellation().onRequest(() -> {
            heard.add("closes all");
            registrations.forEach(Registration::close);
        }));
        registrations.add(inTurn.cancellation().onRequest(() -> heard.add("closed")));
        registrations.add(inPart.cancellation().onRequest(() -> heard.add("closed too")));
        turn.cancel("stop");
        assertThat(heard).containsExactly("closes all");
        registrations.forEach(Registration::close);
    }

    /** An action that is equal to others, and not for long to itself. */
    private record Step(List<String> heard) implements Runnable {
        @Override
        public void run() {
            heard.add("step");
        }
    }

    @Test
    void actions_are_told_apart_as_objects() {
        var step = new Step(heard);
        inTurn.cancellation().onRequest(step);
        Registration closed = inTurn.cancellation().onRequest(step);
        inTurn.cancellation().onRequest(new Step(heard));
        heard.add("changes what the action hashes to");
        closed.close();
        turn.cancel("stop");
        assertThat(heard).containsExactly("changes what the action hashes to", "step", "step");
    }

    @Test
    void an_action_that_hashes_to_something_else_later_is_let_go_when_it_is_closed() {
        var reference = new WeakReference<Object>(closedAfterItsHashChanged());
        assertThatCode(() -> await().until(() -> {
            System.gc();
            return reference.refersTo(null);
        })).doesNotThrowAnyException();
        assertThat(turn.view().requested()).isFalse();
    }

    private Step closedAfterItsHashChanged() {
        List<String> own = new ArrayList<>();
        var step = new Step(own);
        Registration registration = inTurn.cancellation().onRequest(step);
        own.add("changed");
        registration.close();
        return step;
    }

    @Test
    void a_forgotten_child_is_not_held_by_its_parent() {
        List<WeakReference<Object>> forgotten = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            forgotten.add(new WeakReference<>(child(i)));
        }
        assertThatCode(() -> await().until(() -> {
            System.gc();
            return forgotten.stream().allMatch(child -> child.refersTo(null));
        })).doesNotThrowAnyException();
        turn.cancel("stop");
        assertThat(heard).isEmpty();
    }

    /** One that never listens, one that listened, one that listened through a child of its own. */
    private Cancellation child(int how) {
        Context child = Cancellation.source().bind(inTurn);
        if (how == 1) {
            child.cancellation().onRequest(() -> heard.add("closed")).close();
        } else if (how == 2) {
            Cancellation.source().bind(child).cancellation().onRequest(() -> heard.add("closed")).close();
        }
        return child.cancellation();
    }

    @Test
    void an_action_that_has_run_is_not_held() {
        var value = new WeakReference<>(registerAndCancel());
        assertThatCode(() -> await().until(() -> {
            System.gc();
            return value.refersTo(null);
        })).doesNotThrowAnyException();
        assertThat(turn.view().requested()).isTrue();
    }

    private Object registerAndCancel() {
        var value = new Object();
        inTurn.cancellation().onRequest(() -> heard.add(value.toString()));
        turn.cancel("stop");
        assertThat(heard).containsExactly(value.toString());
        return value;
    }
}
