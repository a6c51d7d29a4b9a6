package dev.carrel.concurrent;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.InterruptibleExecutor;
import dev.carrel.pool.TaskPool;

import static dev.carrel.concurrent.Two.bobDoes;
import static dev.carrel.interrupt.AliceAndBob.awaitUninterruptibly;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** To cancel a stage stops its own function, and nothing else. */
class FutureCancelTest {
    private static final long LONG = 10;

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CompletableFuture<String> ended = new CompletableFuture<>();

    /** Blocks until it is interrupted, or for ever. */
    private String block() {
        begun.countDown();
        try {
            new CountDownLatch(1).await();
            return "woke up";
        } catch (InterruptedException e) {
            ended.complete("interrupted");
            return "interrupted";
        }
    }

    /** Works until it is told that it is no longer wanted. */
    private String compute() {
        begun.countDown();
        while (!Cancellation.current().requested()) {
            Thread.onSpinWait();
        }
        ended.complete(Thread.currentThread().isInterrupted() ? "told and interrupted" : "told");
        return "told";
    }

    @Test
    void cancelling_interrupts_the_function_on_an_executor_of_ours() throws Exception {
        try (ExecutorService propagating = Context.propagating(Executors.newFixedThreadPool(1));
                ExecutorService threads = Context.virtualThreads();
                ExecutorService pool = TaskPool.builder("test").concurrency(1).build()) {
            for (ExecutorService executor : List.of(propagating, threads, pool)) {
                var test = new FutureCancelTest();
                ContextFuture<String> future = ContextFuture.supplyAsync(test::block, executor);
                test.begun.await();
                assertThat(future.cancel(true)).isTrue();
                assertThat(test.ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("interrupted");
                assertThat(future.isCancelled()).isTrue();
                assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
            }
        }
    }

    @Test
    void cancelling_interrupts_a_dependent_on_a_virtual_thread_and_not_its_source() throws Exception {
        var source = new ContextFuture<String>();
        ContextFuture<String> dependent = source.thenApplyAsync(value -> block());
        bobDoes(() -> source.complete(""));
        begun.await();
        dependent.cancel(true);
        assertThat(ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("interrupted");
        assertThat(source.isCancelled()).isFalse();
        assertThat(source.join()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancelling_asks_for_the_cancellation_that_the_function_sees(boolean interrupt) throws Exception {
        ContextFuture<String> future = ContextFuture.supplyAsync(this::compute);
        begun.await();
        future.cancel(interrupt);
        assertThat(ended.get(LONG, TimeUnit.SECONDS)).startsWith("told");
        assertThat(Cancellation.current().requested()).isFalse();
    }

    @Test
    void threads_that_are_not_there_for_tasks_alone_are_told_but_not_interrupted() throws Exception {
        try (ExecutorService plain = Executors.newFixedThreadPool(1);
                ExecutorService forkJoin = Context.propagating(new ForkJoinPool(1))) {
            for (ExecutorService executor : List.of(plain, forkJoin)) {
                var test = new FutureCancelTest();
                ContextFuture<String> future = ContextFuture.supplyAsync(test::compute, executor);
                test.begun.await();
                future.cancel(true);
                assertThat(test.ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("told");
            }
        }
    }

    @Test
    void a_synchronous_dependent_runs_on_whoever_completes_and_does_not_have_that_thread_interrupted()
            throws Exception {
        var source = new ContextFuture<String>();
        var go = new CountDownLatch(1);
        var interrupted = new AtomicBoolean();
        ContextFuture<String> dependent = source.thenApply(value -> {
            begun.countDown();
            awaitUninterruptibly(go);
            interrupted.set(Thread.currentThread().isInterrupted());
            return "";
        });
        Thread completer = Thread.ofPlatform().start(() -> source.complete(""));
        begun.await();
        dependent.cancel(true);
        go.countDown();
        completer.join();
        assertThat(interrupted).isFalse();
    }

    @Test
    void a_function_that_has_not_begun_never_does() throws Exception {
        var ran = new AtomicBoolean();
        try (ExecutorService pool = Context.propagating(Executors.newFixedThreadPool(1))) {
            var gate = new CountDownLatch(1);
            pool.execute(() -> awaitUninterruptibly(gate));
            ContextFuture<Void> waiting = ContextFuture.runAsync(() -> ran.set(true), pool);
            var source = new ContextFuture<String>();
            ContextFuture<Void> dependent = source.thenAccept(value -> ran.set(true));
            waiting.cancel(false);
            dependent.cancel(false);
            gate.countDown();
            source.complete("");
        }
        assertThat(ran).isFalse();
    }

    /** One thread, which clears nothing between two tasks: a ThreadPoolExecutor would hide what is left behind. */
    private static final class Worker implements InterruptibleExecutor, AutoCloseable {
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::work);
        private volatile boolean closed;

        Worker() {
            thread.start();
        }

        private void work() {
            while (!closed) {
                Runnable task = tasks.poll();
                if (task == null) {
                    LockSupport.park(this); // which clears no interrupt
                } else {
                    task.run();
                }
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            LockSupport.unpark(thread);
        }

        @Override
        public void close() {
            closed = true;
            LockSupport.unpark(thread);
        }
    }

    @Test
    void an_interrupt_that_comes_late_never_reaches_the_workers_next_task() throws Exception {
        try (var worker = new Worker()) {
            var end = new CountDownLatch(1);
            var next = new CountDownLatch(1);
            var check = new CountDownLatch(1);
            var hit = new CompletableFuture<Boolean>();
            ContextFuture<String> future = ContextFuture.supplyAsync(() -> {
                begun.countDown();
                awaitUninterruptibly(end);
                return "";
            }, worker);
            worker.execute(() -> {
                next.countDown();
                awaitUninterruptibly(check);
                hit.complete(Thread.interrupted());
            });
            // Runs in the middle of cancel: the future is cancelled by now, the function not yet stopped.
            ContextFuture<Void> between = future.handle((value, failure) -> {
                end.countDown();
                awaitUninterruptibly(next);
                return null;
            });
            begun.await();
            assertThat(future.cancel(true)).isTrue();
            check.countDown();
            assertThat(hit.get(LONG, TimeUnit.SECONDS)).as("the next task was interrupted").isFalse();
            assertThat(between).isDone();
        }
    }

    @Test
    void an_interrupt_that_the_function_left_behind_is_cleared_before_the_next_task() throws Exception {
        try (var worker = new Worker()) {
            ContextFuture<String> future = ContextFuture.supplyAsync(() -> {
                begun.countDown();
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                return "";
            }, worker);
            begun.await();
            future.cancel(true);
            var hit = new CompletableFuture<Boolean>();
            worker.execute(() -> hit.complete(Thread.interrupted()));
            assertThat(hit.get(LONG, TimeUnit.SECONDS)).isFalse();
        }
    }

    /** The function ends at the moment at which it is cancelled, over and over, whichever comes first. */
    @Test
    void no_interrupt_escapes_when_the_end_and_the_cancellation_meet() throws Exception {
        var hit = new AtomicInteger();
        try (var worker = new Worker()) {
            for (int i = 0; i < 5_000; i++) {
                var runs = new CountDownLatch(1);
                ContextFuture<Void> future = ContextFuture.runAsync(runs::countDown, worker);
                runs.await();
                future.cancel(true);
                var after = new CountDownLatch(1);
                worker.execute(() -> {
                    if (Thread.interrupted()) {
                        hit.incrementAndGet();
                    }
                    after.countDown();
                });
                after.await();
            }
        }
        assertThat(hit).hasValue(0);
    }

    @Test
    void an_interrupt_waits_while_somebody_elses_dependent_runs_in_the_middle_of_the_function() throws Exception {
        var bobs = new ContextFuture<String>();
        var go = new CountDownLatch(1);
        ContextFuture<Boolean> dependent = Two.AS_BOB.call(() -> bobs.thenApply(value -> {
            begun.countDown();
            awaitUninterruptibly(go);
            return Thread.currentThread().isInterrupted();
        }));
        ContextFuture<String> alices = ContextFuture.supplyAsync(() -> {
            bobs.complete("");
            ended.complete(Thread.currentThread().isInterrupted() ? "interrupted afterwards" : "lost");
            return "";
        });
        begun.await();
        alices.cancel(true);
        go.countDown();
        assertThat(dependent.get(LONG, TimeUnit.SECONDS)).as("Bob's dependent was interrupted").isFalse();
        assertThat(ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("interrupted afterwards");
    }

    @Test
    void a_time_limit_stops_the_function_too() throws Exception {
        ContextFuture<String> future = ContextFuture.supplyAsync(this::block).orTimeout(1, TimeUnit.MILLISECONDS);
        assertThatThrownBy(future::join).hasCauseInstanceOf(TimeoutException.class);
        // It may not have begun: then it never does.
        if (begun.getCount() == 0) {
            assertThat(ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
        var other = new FutureCancelTest();
        ContextFuture<String> late = ContextFuture.supplyAsync(other::block);
        other.begun.await();
        assertThat(late.completeOnTimeout("instead", 1, TimeUnit.MILLISECONDS).join()).isEqualTo("instead");
        assertThat(other.ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    private static ContextFuture<String> limited(boolean instead, ContextFuture<String> future) {
        return instead ? future.completeOnTimeout("late", 1, TimeUnit.HOURS) : future.orTimeout(1, TimeUnit.HOURS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_time_limit_that_has_not_passed_interrupts_nobody_when_the_stage_is_cancelled(
            boolean instead) throws Exception {
        ContextFuture<String> future = limited(instead, ContextFuture.supplyAsync(this::compute));
        begun.await();
        assertThat(future.cancel(false)).isTrue();
        assertThat(ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("told");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_time_limit_that_has_not_passed_stops_nothing_when_the_stage_is_completed_by_hand(
            boolean instead) throws Exception {
        var go = new CountDownLatch(1);
        ContextFuture<String> future = limited(instead, ContextFuture.supplyAsync(() -> {
            begun.countDown();
            awaitUninterruptibly(go);
            ended.complete(Cancellation.current().requested() || Thread.interrupted() ? "stopped" : "undisturbed");
            return "";
        }));
        begun.await();
        assertThat(future.complete("by hand")).isTrue();
        go.countDown();
        assertThat(ended.get(LONG, TimeUnit.SECONDS)).isEqualTo("undisturbed");
        assertThat(future.join()).isEqualTo("by hand");
    }

    @Test
    void a_time_limit_of_a_stage_that_is_complete_changes_nothing() {
        ContextFuture<String> done = ContextFuture.completedFuture("done");
        assertThat(done.orTimeout(0, TimeUnit.SECONDS).completeOnTimeout("late", 0, TimeUnit.SECONDS).join())
                .isEqualTo("done");
    }

    @Test
    void cancelling_what_has_ended_changes_nothing() {
        ContextFuture<String> future = ContextFuture.supplyAsync(() -> "done");
        assertThat(future.join()).isEqualTo("done");
        assertThat(future.cancel(true)).isFalse();
        assertThat(future.join()).isEqualTo("done");
    }

    @Test
    void a_future_that_is_kept_does_not_keep_the_context_of_its_function() throws Exception {
        var context = new AtomicReference<WeakReference<Context>>();
        ContextFuture<String> kept = start(context::set);
        kept.join();
        Awaitility.await().until(() -> {
            System.gc();
            return context.get().get() == null;
        });
        assertThat(kept.isDone()).isTrue();
    }

    private static ContextFuture<String> start(Consumer<WeakReference<Context>> seen) {
        Context context = Two.AS_ALICE.withDeadline(Deadline.after(Duration.ofHours(1)));
        seen.accept(new WeakReference<>(context));
        return context.call(() -> ContextFuture.supplyAsync(() -> "").thenApply(value -> "done"));
    }
}
