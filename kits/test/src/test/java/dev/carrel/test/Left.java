package dev.carrel.test;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.pool.TaskPool;

/** Tests that leave something behind, on purpose. Their name keeps them from being run by themselves. */
final class Left {
    static final CountDownLatch GATE = new CountDownLatch(1);

    private Left() {}

    private static void stay() {
        stay(Long.MAX_VALUE);
    }

    private static void stay(long milliseconds) {
        try {
            boolean opened = GATE.await(milliseconds, TimeUnit.MILLISECONDS);
            assert opened || milliseconds < Long.MAX_VALUE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ExtendWith(StrictContexts.class)
    static class AThread {
        @Test
        void leaves_a_thread() {
            Thread.ofPlatform().name("left-platform").daemon().start(Left::stay);
        }
    }

    @ExtendWith(StrictContexts.class)
    static class AVirtualThread {
        @Test
        void leaves_a_virtual_thread() {
            Thread.ofVirtual().name("left-virtual").start(Left::stay);
        }
    }

    @ExtendWith(StrictContexts.class)
    static class ALifetime {
        @Test
        void leaves_a_lifetime() {
            Lifetime.begin(Kind.TURN, "turn 4711");
        }
    }

    @ExtendWith(StrictContexts.class)
    static class ATask {
        @Test
        void leaves_a_task_in_a_pool_that_is_shut_down() {
            TaskPool pool = TaskPool.builder("left").concurrency(1).build();
            pool.execute(Left::stay);
            pool.shutdown();
        }
    }

    /** Two that run at the same time, of which one leaves something. */
    @ExtendWith(StrictContexts.class)
    static class Together {
        private static final CyclicBarrier BOTH = new CyclicBarrier(2);

        @Test
        void one() throws Exception {
            BOTH.await(10, TimeUnit.SECONDS);
            Lifetime.begin(Kind.TURN, "turn 4713");
            BOTH.await(10, TimeUnit.SECONDS);
        }

        @Test
        void other() throws Exception {
            BOTH.await(10, TimeUnit.SECONDS);
            BOTH.await(10, TimeUnit.SECONDS);
        }
    }

    @ExtendWith(StrictContexts.class)
    static class AnInterrupt {
        @Test
        void leaves_an_interrupt() {
            Thread.currentThread().interrupt();
        }
    }

    @ExtendWith(StrictContexts.class)
    static class AnExecutorOfTheClass {
        @Test
        void uses_it() throws Exception {
            EXECUTOR.submit(() -> "x").get();
        }

        private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(1,
                Thread.ofPlatform().daemon().name("left-executor").factory());

        @AfterAll
        static void forget() {
            // Nobody shuts it down.
        }
    }

    @ExtendWith(StrictContexts.class)
    static class Nothing {
        private static ExecutorService executor = Executors.newFixedThreadPool(1);

        @BeforeAll
        static void open() throws Exception {
            executor = Executors.newFixedThreadPool(1);
            executor.submit(() -> "x").get();
        }

        @Test
        void leaves_nothing_of_its_own() throws Exception {
            executor.submit(() -> "x").get();
            try (Lifetime turn = Lifetime.begin(Kind.TURN, "turn 4712")) {
                turn.bind(dev.carrel.context.Context.root()).run(() -> {});
            }
        }

        @Test
        @MayLeave(threads = "left-allowed-.*", why = "this test shows how")
        void leaves_what_is_allowed() {
            Thread.ofPlatform().name("left-allowed-1").daemon().start(Left::stay);
        }

        @Test
        void leaves_what_ends_a_moment_later() {
            Thread.ofVirtual().name("left-shortly").start(() -> stay(50));
        }

        @AfterAll
        static void close() {
            executor.close();
        }
    }
}
