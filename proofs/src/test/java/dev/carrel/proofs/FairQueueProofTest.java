package dev.carrel.proofs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.carrel.queue.FairQueue;

import static dev.carrel.proofs.Interleavings.all;
import static dev.carrel.proofs.Interleavings.check;
import static dev.carrel.proofs.Interleavings.together;

/** What is offered comes out once, nobody waits beside an element, and the bound holds. */
class FairQueueProofTest {
    private static List<String> take(FairQueue<String> queue, int max) {
        try {
            return queue.take(max);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void two_who_wait_get_two_elements() {
        all(() -> {
            var queue = new FairQueue<String>(10);
            List<String> taken = Collections.synchronizedList(new ArrayList<>());
            together(() -> taken.addAll(take(queue, 1)), () -> taken.addAll(take(queue, 1)), () -> {
                queue.offer("a", "a1");
                queue.offer("b", "b1");
            });
            check(taken.size() == 2 && taken.contains("a1") && taken.contains("b1"), "taken: " + taken);
            check(queue.size() == 0, "something is left");
        });
    }

    @Test
    void an_element_is_taken_or_taken_out_and_not_both() {
        all(() -> {
            var queue = new FairQueue<String>(10);
            String element = "a1";
            queue.offer("a", element);
            queue.offer("b", "b1");
            var out = new AtomicInteger();
            together(() -> out.addAndGet(Collections.frequency(take(queue, 1), element)),
                    () -> out.addAndGet(queue.remove("a", element) ? 1 : 0));
            int left = queue.size();
            List<String> rest = left == 0 ? List.of() : take(queue, 10);
            check(out.get() + Collections.frequency(rest, element) == 1,
                    "it came " + out.get() + " times, and " + rest);
        });
    }

    @Test
    void of_two_offers_for_one_place_one_succeeds() {
        all(() -> {
            var queue = new FairQueue<String>(1);
            var accepted = new AtomicInteger();
            together(() -> accepted.addAndGet(queue.offer("a", "a1") ? 1 : 0),
                    () -> accepted.addAndGet(queue.offer("b", "b1") ? 1 : 0));
            check(accepted.get() == 1 && queue.size() == 1, accepted.get() + " accepted");
        });
    }

    @Test
    void closing_wakes_whoever_waits_and_loses_nothing_that_was_accepted() {
        all(() -> {
            var queue = new FairQueue<String>(10);
            var accepted = new AtomicInteger();
            var taken = new AtomicInteger();
            together(() -> {
                for (List<String> some = take(queue, 10); !some.isEmpty(); some = take(queue, 10)) {
                    taken.addAndGet(some.size());
                }
            }, () -> accepted.addAndGet(queue.offer("a", "a1") ? 1 : 0), queue::close);
            check(taken.get() == accepted.get(), accepted.get() + " accepted, " + taken.get() + " taken");
        });
    }
}
