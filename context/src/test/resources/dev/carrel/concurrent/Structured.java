import java.util.concurrent.Callable;
import java.util.concurrent.StructuredTaskScope;
import java.util.concurrent.StructuredTaskScope.Subtask;

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
        return null;
    });
    IO.println("outside: " + who());
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
