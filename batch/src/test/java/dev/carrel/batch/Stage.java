package dev.carrel.batch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Callers on threads of their own, and a model that holds its first batch until the stage is opened, so that what is called
 * meanwhile waits together.
 */
final class Stage implements AutoCloseable {
    private static final Authority AUTHORITY = Authority.named("test");

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    /** The inputs of each batch that ran. */
    final List<List<String>> batches = new CopyOnWriteArrayList<>();
    private @Nullable Future<String> first;

    /** As this user of this tenant. */
    static Context of(String tenant, String user) {
        return AUTHORITY.bind(Context.root(), AUTHORITY.user(tenant, user, user, Set.of()));
    }

    /** A model that passes the stage's door and then answers with what it was asked. */
    BatchModel<String, String> echo() {
        return then(items -> items.stream().map(item -> item.ok(item.input())).toList());
    }

    /** A model that passes the stage's door first. */
    BatchModel<String, String> then(BatchModel<String, String> model) {
        return items -> {
            held.countDown();
            open.await();
            batches.add(items.stream().map(Item::input).toList());
            return model.run(items);
        };
    }

    /** Calls on a thread of its own. */
    <O> Future<O> call(Context context, Callable<O> task) {
        return threads.submit(context.wrap(task));
    }

    /** Calls, and waits until that waits in the queue behind what was called before. */
    Future<String> queued(Batcher<String, String> batcher, Context context, String input) {
        int before = batcher.waiting();
        Future<String> call = call(context, () -> batcher.call(input));
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1))
                .until(() -> batcher.waiting() == before + 1 || call.isDone());
        assertThat(call).as("it waits").isNotDone();
        return call;
    }

    /** These, each behind the one before. */
    List<Future<String>> queued(Batcher<String, String> batcher, Context context, List<String> inputs) {
        List<Future<String>> calls = new ArrayList<>();
        inputs.forEach(input -> calls.add(queued(batcher, context, input)));
        return calls;
    }

    /** Has the model hold a batch. */
    void hold(Batcher<String, String> batcher) throws InterruptedException {
        hold(batcher, () -> {});
    }

    /** Has the model hold a batch, which does not come to it before this has happened. */
    void hold(Batcher<String, String> batcher, Runnable meanwhile) throws InterruptedException {
        first = call(of("school", "first"), () -> batcher.call("first"));
        meanwhile.run();
        assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
    }

    /** What came of the batch that was held. */
    String first() throws Exception {
        return Objects.requireNonNull(first).get();
    }

    /** That it is this, soon. */
    static <T> void becomes(Supplier<T> actual, T expected) {
        for (int i = 0; i < 10_000 && !actual.get().equals(expected); i++) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(actual.get()).isEqualTo(expected);
    }

    void open() {
        open.countDown();
    }

    @Override
    public void close() {
        open.countDown();
        threads.close();
    }
}
