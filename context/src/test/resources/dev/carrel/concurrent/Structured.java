import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Subtask;
import java.util.concurrent.TimeUnit;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.concurrent.ContextFuture;
import dev.carrel.context.Context;

import static dev.carrel.concurrent.Two.AS_ALICE;
import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.who;

/** Started by StructuredTaskScopeTest with --enable-preview; prints what each piece of work ran as. */
void main() throws Exception {
    AS_ALICE.<Void, Exception>call(() -> {
        try (var scope = StructuredTaskScope.open()) {
            Subtask<String> plain = scope.fork(() -> who());
            Subtask<String> wrapped = scope.fork(AS_BOB.wrap((Callable<String>) () -> who()));
            Subtask<String> rebinds = scope.fork(() -> AS_BOB.call(() -> who() + nested()) + " " + who());
            Subtask<String> future = scope.fork(() -> ContextFuture.supplyAsync(() -> who() + nested())
                    .thenApply(inner -> inner + " " + who()).join());
            Subtask<Object> map = scope.fork(() -> Concurrent.map(java.util.List.of(1, 2), 2, item -> who()));
            Subtask<String> executor = scope.fork(() -> {
                try (var threads = Context.virtualThreads()) {
                    return threads.submit(() -> who()).get();
                }
            });
            scope.join();
            IO.println("plain: " + plain.get());
            IO.println("wrapped: " + wrapped.get());
            IO.println("rebinds: " + rebinds.get());
            IO.println("future: " + future.get());
            IO.println("map: " + map.get());
            IO.println("executor: " + executor.get());
            IO.println("owner: " + who());
        }
        try (var scope = StructuredTaskScope.open()) {
            try {
                AS_BOB.run(() -> scope.fork(() -> who()));
                IO.println("rebound before fork: allowed");
            } catch (StructureViolationException e) {
                IO.println("rebound before fork: refused");
            }
            scope.join();
            IO.println("afterwards: " + who());
        }
        IO.println("a fork fails: " + failing());
        IO.println("time-out: " + late());
        IO.println("the owner is interrupted: " + cancelled());
        IO.println("after the end: " + refused());
        IO.println("threads of one task: " + ownThreads());
        return null;
    });
    IO.println("outside: " + who());
}

/** Waits until it is stopped, and notes as whom. */
String stopped(CountDownLatch began, CompletableFuture<String> seen) {
    try {
        began.countDown();
        new CountDownLatch(1).await();
        return "never";
    } catch (InterruptedException e) {
        seen.complete(who() + " stopped");
        return "stopped";
    }
}

/** One fork fails: the other is stopped. */
String failing() throws InterruptedException {
    var began = new CountDownLatch(1);
    var seen = new CompletableFuture<String>();
    try (var scope = StructuredTaskScope.open()) {
        scope.fork(() -> stopped(began, seen));
        scope.fork(() -> {
            began.await();
            throw new IllegalStateException("of " + who());
        });
        scope.join();
        return "nothing is thrown";
    } catch (StructuredTaskScope.FailedException e) {
        return e.getCause().getMessage() + ", " + seen.join() + ", the owner " + who();
    }
}

/** The scope has a time limit. */
String late() throws InterruptedException {
    var seen = new CompletableFuture<String>();
    try (var scope = StructuredTaskScope.open(StructuredTaskScope.Joiner.awaitAll(),
            config -> config.withTimeout(Duration.ofMillis(20)))) {
        scope.fork(() -> stopped(new CountDownLatch(1), seen));
        scope.join();
        return "nothing is thrown";
    } catch (StructuredTaskScope.TimeoutException e) {
        // One that the limit met before it began never runs.
        return seen.completeOnTimeout("alice stopped", 0, TimeUnit.SECONDS).join() + ", the owner " + who();
    }
}

/** Somebody else's thread interrupts the owner. */
String cancelled() throws InterruptedException {
    var began = new CountDownLatch(1);
    var seen = new CompletableFuture<String>();
    Thread owner = Thread.currentThread();
    try (var scope = StructuredTaskScope.open()) {
        scope.fork(() -> stopped(began, seen));
        began.await();
        AS_BOB.run(owner::interrupt);
        scope.join();
        return "nothing is thrown";
    } catch (InterruptedException e) {
        return seen.join() + ", the owner " + who();
    }
}

/** A scope that has ended takes no more. */
String refused() throws InterruptedException {
    try (var scope = StructuredTaskScope.open()) {
        scope.join();
        scope.fork(() -> who());
        return "a fork is taken";
    } catch (IllegalStateException e) {
        return "refused, the owner " + who();
    }
}

/** With threads that bind what they were made in, within the scope's own binding. */
String ownThreads() throws InterruptedException {
    try (var scope = StructuredTaskScope.open(StructuredTaskScope.Joiner.<String>allSuccessfulOrThrow(),
            config -> config.withThreadFactory(Context.oneTaskThreads(Thread.ofVirtual().factory())))) {
        Subtask<String> fork = scope.fork(() -> who() + nested());
        scope.join();
        return fork.get();
    }
}

/** What a fork of a scope of one's own sees. */
String nested() {
    try (var scope = StructuredTaskScope.open()) {
        Subtask<String> inner = scope.fork(() -> who());
        scope.join();
        return "+" + inner.get();
    } catch (InterruptedException e) {
        throw new IllegalStateException(e);
    }
}
