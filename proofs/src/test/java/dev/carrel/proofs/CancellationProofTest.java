package dev.carrel.proofs;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Cancellation.Registration;
import dev.carrel.context.Context;

import static dev.carrel.proofs.Interleavings.all;
import static dev.carrel.proofs.Interleavings.check;
import static dev.carrel.proofs.Interleavings.together;

/** An action runs at most once; none is lost that was registered and not closed; one that was closed in time never runs. */
class CancellationProofTest {
    private static void heard(AtomicInteger times, int expected) {
        check(times.get() == expected, "an action ran " + times.get() + " times instead of " + expected);
    }

    @Test
    void an_action_registered_while_it_is_cancelled_runs_once() {
        all(() -> {
            var source = Cancellation.source();
            var heard = new AtomicInteger();
            together(() -> source.view().onRequest(heard::incrementAndGet), () -> source.cancel("now"));
            heard(heard, 1);
        });
    }

    @Test
    void of_several_who_cancel_one_is_the_first_and_actions_run_once() {
        all(() -> {
            var source = Cancellation.source();
            var heard = new AtomicInteger();
            var first = new AtomicInteger();
            source.view().onRequest(heard::incrementAndGet);
            Runnable cancel = () -> first.addAndGet(source.cancel("now") ? 1 : 0);
            together(cancel, cancel, () -> source.view().onRequest(heard::incrementAndGet));
            heard(heard, 2);
            check(first.get() == 1, first.get() + " were told that they were the first");
        });
    }

    @Test
    void an_action_that_was_closed_before_the_request_never_runs() {
        all(() -> {
            var source = Cancellation.source();
            var heard = new AtomicInteger();
            var closed = new AtomicBoolean();
            Registration registration = source.view().onRequest(heard::incrementAndGet);
            together(() -> {
                registration.close();
                closed.set(true);
            }, () -> {
                boolean before = closed.get();
                source.cancel("now");
                check(!before || heard.get() == 0, "a closed action ran");
            }, registration::close);
            check(heard.get() <= 1, "it ran twice");
        });
    }

    @Test
    void a_child_hears_whichever_of_its_parents_comes_once() {
        all(() -> {
            var outer = Cancellation.source();
            var inner = Cancellation.source();
            Cancellation child = inner.bind(outer.bind(Context.root())).cancellation();
            var heard = new AtomicInteger();
            together(() -> child.onRequest(heard::incrementAndGet), () -> outer.cancel("outer"),
                    () -> inner.cancel("inner"));
            heard(heard, 1);
            check(child.requested(), "the child does not know");
        });
    }

    /** The last action of a child lets go of the parent while another holds on to it. */
    @Test
    void a_child_that_lets_go_and_holds_on_at_once_is_told_by_its_parent() {
        all(() -> {
            var parent = Cancellation.source();
            Cancellation child = Cancellation.source().bind(parent.bind(Context.root())).cancellation();
            var gone = new AtomicInteger();
            var heard = new AtomicInteger();
            Registration leaving = child.onRequest(gone::incrementAndGet);
            together(leaving::close, () -> child.onRequest(heard::incrementAndGet));
            parent.cancel("now");
            heard(heard, 1);
            heard(gone, 0);
        });
    }

    @Test
    void actions_come_and_go_while_the_parent_is_cancelled() {
        all(() -> {
            var parent = Cancellation.source();
            Cancellation child = Cancellation.source().bind(parent.bind(Context.root())).cancellation();
            var heard = new AtomicInteger();
            together(() -> child.onRequest(heard::incrementAndGet), () -> child.onRequest(() -> {}).close(),
                    () -> parent.cancel("now"));
            heard(heard, 1);
        });
    }

    @Test
    void an_action_that_registers_another_is_not_in_its_way() {
        all(() -> {
            var source = Cancellation.source();
            var heard = new AtomicInteger();
            source.view().onRequest(() -> source.view().onRequest(heard::incrementAndGet));
            together(() -> source.cancel("now"), () -> source.view().onRequest(heard::incrementAndGet));
            heard(heard, 2);
        });
    }
}
