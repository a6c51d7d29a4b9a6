package dev.carrel.concurrent;

import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.RecursiveTask;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Context;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A fork-join task runs for whoever made it, also on a worker that only helps. */
@Timeout(60)
class ForkJoinTest {
    /** Whatever is given, in the context of whoever constructs it. */
    private static final class Ours<V> extends ContextRecursiveTask<V> {
        private static final long serialVersionUID = 1L;
        private final transient Supplier<V> body;

        Ours(Supplier<V> body) {
            this.body = body;
        }

        @Override
        protected V compute() {
            return body.get();
        }
    }

    private static final class Plain<V> extends RecursiveTask<V> {
        private static final long serialVersionUID = 1L;
        private final transient Supplier<V> body;

        Plain(Supplier<V> body) {
            this.body = body;
        }

        @Override
        protected V compute() {
            return body.get();
        }
    }

    private record Ran(String as, Thread on) {}

    private static Ran ran() {
        return new Ran(who(), Thread.currentThread());
    }

    /**
     * Alice's worker joins a subtask that another worker has taken, and helps that one: it takes Bob's task from its queue
     * and runs it in the middle of Alice's. Nobody else can: the other worker waits until it has been run.
     */
    private static Ran whatAHelperRuns(ForkJoinTask<Ran> bobs) throws Exception {
        try (var pool = new ForkJoinPool(2)) {
            var helper = new CompletableFuture<Thread>();
            ForkJoinTask<String> alices = asAlice(() -> new Ours<>(() -> {
                helper.complete(Thread.currentThread());
                var taken = new CountDownLatch(1);
                var sub = new Ours<>(() -> {
                    bobs.fork();
                    taken.countDown();
                    while (!bobs.isDone()) {
                        Thread.onSpinWait();
                    }
                    return who();
                });
                sub.fork();
                await(taken);
                return sub.join() + " " + who();
            }));
            assertThat(pool.submit(alices).get()).isEqualTo("alice alice");
            Ran ran = bobs.get();
            assertThat(ran.on()).as("the worker that helped").isSameAs(helper.get());
            return ran;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_worker_that_helps_does_not_lend_its_own_context() throws Exception {
        assertThat(whatAHelperRuns(AS_BOB.call(() -> new Ours<>(ForkJoinTest::ran))).as()).isEqualTo("bob");
    }

    @Test
    void a_plain_task_runs_as_whoever_helps_which_is_why_ours_exists() throws Exception {
        assertThat(whatAHelperRuns(AS_BOB.call(() -> new Plain<>(ForkJoinTest::ran))).as()).isEqualTo("alice");
    }

    @Test
    void a_worker_that_waits_until_the_pool_is_quiet_runs_each_task_for_who_made_it() throws Exception {
        try (var pool = new ForkJoinPool(1)) {
            var submitted = new CountDownLatch(1);
            var bobs = AS_BOB.call(() -> new Ours<>(ForkJoinTest::ran));
            ForkJoinTask<Ran> alices = asAlice(() -> new Ours<>(() -> {
                await(submitted);
                ForkJoinTask.helpQuiesce();
                assertThat(bobs.isDone()).isTrue();
                return ran();
            }));
            pool.execute(alices);
            pool.execute(bobs);
            submitted.countDown();
            assertThat(alices.get().as()).isEqualTo("alice");
            assertThat(bobs.get()).isEqualTo(new Ran("bob", alices.get().on()));
        }
    }

    /** The sum of the numbers whose task ran as it was made. */
    private static final class Sum extends ContextRecursiveTask<Integer> {
        private static final long serialVersionUID = 1L;
        private final int from;
        private final int to;
        private final String maker;

        Sum(int from, int to) {
            this.from = from;
            this.to = to;
            this.maker = who();
        }

        @Override
        protected Integer compute() {
            if (!maker.equals(who())) {
                throw new AssertionError(maker + "'s task ran as " + who());
            }
            if (to - from == 1) {
                return from;
            }
            int middle = (from + to) / 2;
            var left = new Sum(from, middle);
            left.fork();
            return new Sum(middle, to).invoke() + left.join();
        }
    }

    @Test
    void many_users_divide_their_work_on_one_pool_and_none_meets_another() throws Exception {
        int expected = IntStream.range(0, 2_000).sum();
        try (var pool = new ForkJoinPool(3)) {
            var tasks = IntStream.range(0, 40)
                    .mapToObj(i -> (i % 2 == 0 ? AS_ALICE : AS_BOB).call(() -> new Sum(0, 2_000))).toList();
            tasks.forEach(pool::execute);
            for (Sum task : tasks) {
                assertThat(task.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void an_action_runs_for_who_made_it_and_a_failure_leaves_nothing_behind() throws Exception {
        try (var pool = new ForkJoinPool(1)) {
            var seen = new CompletableFuture<String>();
            pool.invoke(asAlice(() -> new ContextRecursiveAction() {
                private static final long serialVersionUID = 1L;

                @Override
                protected void compute() {
                    seen.complete(who());
                }
            }));
            assertThat(seen.get()).isEqualTo("alice");
            Ours<String> fails = asAlice(() -> new Ours<>(() -> {
                throw new IllegalStateException("as planned");
            }));
            assertThatThrownBy(() -> pool.invoke(fails)).hasMessageContaining("as planned");
            assertThat(pool.submit(() -> Context.current().isRoot()).get()).isTrue();
        }
    }

    @Test
    void a_task_that_holds_a_context_is_not_written_anywhere() {
        assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(new Sum(0, 1)))
                .isInstanceOf(NotSerializableException.class);
    }
}
