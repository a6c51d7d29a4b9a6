package dev.carrel.context;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Many requests in steps, the steps in any order and on any thread: each step belongs to its own request. */
class InterleavedRequestsTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final ContextKey<Integer> STEPS = ContextKey.of("steps", Kind.REQUEST);

    private record Request(int number, Context context) {
        static Request of(int number) {
            String user = "user-" + number;
            return new Request(number, AUTHORITY.bind(Context.root(), AUTHORITY.user("tenant-" + number % 7, user, user,
                    Set.of())).with(STEPS, number * 1_000));
        }

        /** What the step sees, looked for again in a step inside it that belongs to another request. */
        String step(Request other) {
            return context.call(() -> {
                String before = here();
                String inside = other.context.call(InterleavedRequestsTest::here);
                return before + " " + inside + " " + here();
            });
        }

        String expected() {
            return "tenant-" + number % 7 + "/user-" + number + "#" + number * 1_000;
        }
    }

    private static String here() {
        return Principal.current() + "#" + Context.current().get(STEPS);
    }

    @Test
    void each_step_sees_its_own_request_in_any_order_on_any_thread() throws Exception {
        var random = new Random(3);
        List<Request> requests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            requests.add(Request.of(i));
        }
        List<Request> steps = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            steps.addAll(requests);
        }
        Collections.shuffle(steps, random);
        try (var pool = Executors.newFixedThreadPool(4)) {
            var threads = ConcurrentHashMap.<Long>newKeySet();
            List<Future<String>> seen = new ArrayList<>();
            for (int i = 0; i < steps.size(); i++) {
                Request mine = steps.get(i);
                Request other = steps.get((i + 1) % steps.size());
                seen.add(pool.submit(() -> {
                    threads.add(Thread.currentThread().threadId());
                    return mine.step(other);
                }));
            }
            for (int i = 0; i < seen.size(); i++) {
                String mine = steps.get(i).expected();
                String other = steps.get((i + 1) % steps.size()).expected();
                assertThat(seen.get(i).get()).isEqualTo(mine + " " + other + " " + mine);
            }
            assertThat(threads).hasSizeGreaterThan(1);
        }
    }
}
