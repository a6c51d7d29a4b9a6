package dev.carrel.tck.context;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadFactory;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

import dev.carrel.concurrent.Concurrent;
import dev.carrel.context.Context;
import dev.carrel.test.StrictContexts;

/** Wrapped functions, threads and the concurrent map keep the contract. */
@ExtendWith(StrictContexts.class)
class FunctionsTest {
    @Nested
    class Wrapped implements FunctionContract {
        @Override
        public Map<String, UnaryOperator<Callable<Object>>> ways() {
            return Map.of("wrap(Runnable)", task -> {
                Runnable wrapped = Context.current().wrap(ExecutorHops.runnable(task));
                return () -> done(wrapped);
            }, "wrapConsumer", task -> {
                Consumer<String> wrapped = Context.current().wrapConsumer(argument -> result(task));
                return () -> done(() -> wrapped.accept("x"));
            }, "wrapBiConsumer", task -> {
                BiConsumer<String, String> wrapped = Context.current().wrapBiConsumer((one, other) -> result(task));
                return () -> done(() -> wrapped.accept("x", "y"));
            }, "wrapBiFunction", task -> {
                BiFunction<String, String, Object> wrapped = Context.current()
                        .wrapBiFunction((one, other) -> result(task));
                return () -> wrapped.apply("x", "y");
            }, "wrap(Callable)", task -> Context.current().wrap(task), "wrapFunction", task -> {
                Function<String, Object> wrapped = Context.current().wrapFunction(argument -> result(task));
                return () -> wrapped.apply("x");
            }, "wrapSupplier", task -> {
                Supplier<Object> wrapped = Context.current().wrapSupplier(() -> result(task));
                return wrapped::get;
            });
        }

        private static Object result(Callable<Object> task) {
            return done(ExecutorHops.runnable(task));
        }

        private static Object done(Runnable action) {
            action.run();
            return "done";
        }
    }

    @Nested
    class Platform_threads implements ThreadContract {
        @Override
        public ThreadFactory threads() {
            return Context.oneTaskThreads(Pools.THREADS);
        }
    }

    @Nested
    class Virtual_threads implements ThreadContract {
        @Override
        public ThreadFactory threads() {
            return Context
                    .oneTaskThreads(Thread.ofVirtual().uncaughtExceptionHandler((thread, failure) -> {}).factory());
        }
    }

    @Nested
    class The_concurrent_map implements MapContract {
        @Override
        public List<Object> map(List<String> items, Function<String, Object> function) {
            return Concurrent.map(items, 2, function);
        }
    }

    @Nested
    class The_lazy_concurrent_map implements MapContract {
        @Override
        public List<Object> map(List<String> items, Function<String, Object> function) {
            return Concurrent.map(items.stream(), 2, function).toList();
        }
    }
}
