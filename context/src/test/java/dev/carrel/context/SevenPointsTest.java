package dev.carrel.context;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What is seen at seven points of a task's way: nobody but the task itself changes what it sees, and the task nobody else. */
class SevenPointsTest {
    private static final ContextKey<String> VALUE = ContextKey.withDefault("value", Kind.TURN, "unset");

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private void see(String point) {
        seen.add(point + ": " + Context.current().get(VALUE));
    }

    static Stream<Arguments> ways() {
        return Stream.of(arguments("a new thread", (Way) task -> {
            Thread thread = Thread.ofVirtual().unstarted(Context.current().wrap(task));
            return () -> {
                thread.start();
                thread.join();
                return null;
            };
        }), arguments("the same thread", (Way) task -> {
            Runnable wrapped = Context.current().wrap(task);
            return () -> {
                wrapped.run();
                return null;
            };
        }), arguments("a pool", (Way) task -> {
            Runnable wrapped = Context.current().wrap(task);
            return () -> {
                try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
                    return pool.submit(wrapped).get();
                }
            };
        }), arguments("the caller, where the pool refuses", (Way) task -> {
            Runnable wrapped = Context.current().wrap(task);
            return () -> {
                try (var pool = new ThreadPoolExecutor(1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                        new ThreadPoolExecutor.CallerRunsPolicy() {
                            @Override
                            public void rejectedExecution(Runnable rejected, ThreadPoolExecutor executor) {
                                rejected.run();
                            }
                        })) {
                    pool.shutdown();
                    pool.execute(wrapped);
                    return null;
                }
            };
        }));
    }

    /** Takes the task where it is handed over; what it answers runs it. */
    private interface Way {
        Callable<?> hand(Runnable task);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ways")
    void at_every_point_each_side_sees_its_own(String how, Way way) throws Exception {
        Context.root().with(VALUE, "parent").<Void, Exception>call(() -> {
            see("before the task is made");
            Callable<?> run = way.hand(() -> {
                see("the task begins");
                Context.current().with(VALUE, "task").run(() -> see("inside the task"));
                see("the task ends");
            });
            see("after the task is made");
            Context.current().with(VALUE, "changed").<Void, Exception>call(() -> {
                see("before the task runs");
                run.call();
                see("after the task has run");
                return null;
            });
            return null;
        });
        assertThat(seen).as(how).containsExactly("before the task is made: parent", "after the task is made: parent",
                "before the task runs: changed", "the task begins: parent", "inside the task: task",
                "the task ends: parent", "after the task has run: changed");
        assertThat(Context.current().isRoot()).isTrue();
    }
}
