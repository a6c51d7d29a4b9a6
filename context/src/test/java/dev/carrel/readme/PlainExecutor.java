package dev.carrel.readme;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.carrel.context.Context;

final class PlainExecutor {
    static String ask(Context alice, Context bob) throws ExecutionException, InterruptedException {
        try (ExecutorService pool = Context.propagating(Executors.newFixedThreadPool(1))) {
            Future<String> first = alice.call(() -> pool.submit(PlainJava::answer));
            Future<String> second = bob.call(() -> pool.submit(PlainJava::answer));
            return first.get() + "; " + second.get();
        }
    }

    private PlainExecutor() {}
}
