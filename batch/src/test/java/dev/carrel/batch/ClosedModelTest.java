package dev.carrel.batch;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.context.Principal;
import dev.carrel.error.DeadlineException;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** G12: what a model holds is let go of: it is told once that nobody uses it any more, and not before. */
@Timeout(60)
class ClosedModelTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Stage stage = new Stage();
    private final TestTime time = TestTime.start();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final CountDownLatch entered = new CountDownLatch(1);

    @AfterEach
    void stop() {
        hanging.countDown();
        stage.close();
    }

    /** Counts how often it is told that it is closed, and notes what it should not have been told then. "hang" is deaf. */
    private class Counted implements BatchModel<String, String> {
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();
        final List<String> wrong = new CopyOnWriteArrayList<>();

        @Override
        public List<Outcome<String>> run(List<Item<String>> items) {
            inside.incrementAndGet();
            while (items.getFirst().input().equals("hang") && hanging.getCount() > 0) {
                entered.countDown();
                try {
                    hanging.await();
                } catch (InterruptedException e) {
                    // As native code does.
                }
            }
            inside.decrementAndGet();
            return items.stream().map(item -> item.ok(item.input())).toList();
        }

        @Override
        public void closed() {
            if (inside.get() > 0) {
                wrong.add("a worker is inside");
            }
            if (Principal.find().isPresent()) {
                wrong.add("it has a user");
            }
            closed.incrementAndGet();
        }

        void toldOnce() {
            assertThat(closed).hasValue(1);
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void a_model_is_told_once_after_the_last_of_its_workers() throws Exception {
        var model = new Counted();
        Batcher<String, String> batcher = Batcher.of("counted", model).workers(3).start();
        Future<String> call = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
        entered.await();
        Future<String> closing = stage.call(Stage.of("school", "bob"), () -> {
            batcher.close();
            return "";
        });
        await().until(() -> batcher.health().workers() == 1);
        assertThat(model.closed).hasValue(0);
        hanging.countDown();
        assertThat(call.get()).isEqualTo("hang");
        closing.get();
        batcher.close();
        model.toldOnce();
    }

    @Test
    void a_worker_that_was_given_up_tells_it_when_it_comes_back() throws Exception {
        var model = new Counted();
        Batcher<String, String> batcher = Batcher.of("counted", model).limit(LIMIT).time(time).start();
        Future<String> hangs = stage.call(Stage.of("school", "alice"), () -> batcher.call("hang"));
        entered.await();
        time.pass(LIMIT);
        assertThatThrownBy(hangs::get).cause().isInstanceOf(DeadlineException.class);
        assertThat(batcher.call("fine")).isEqualTo("fine");
        batcher.close();
        assertThat(model.closed).hasValue(0);
        hanging.countDown();
        await().until(() -> model.closed.get() > 0);
        batcher.close();
        model.toldOnce();
    }

    @Test
    void whoever_holds_it_beside_its_batches_keeps_it() {
        var model = new Counted();
        Batcher<String, String> batcher = Batcher.of("counted", model).start();
        Batching.Hold first = batcher.hold();
        Batching.Hold second = batcher.hold();
        batcher.close();
        first.close();
        first.close();
        assertThat(model.closed).hasValue(0);
        second.close();
        batcher.hold().close();
        model.toldOnce();
    }

    @Test
    void one_that_could_not_be_set_up_is_told_too() {
        var model = new Counted() {
            private final AtomicInteger begun = new AtomicInteger();

            @Override
            public void setup() {
                if (begun.incrementAndGet() == 2) {
                    throw new IllegalStateException("no memory");
                }
            }
        };
        assertThatThrownBy(() -> Batcher.of("counted", model).workers(2).start()).hasMessageContaining("no memory");
        model.toldOnce();
    }

    @Test
    void a_model_that_streams_is_told_after_it_has_let_go_of_each_item() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        var letting = new CountDownLatch(1);
        var streams = StreamBatcher.of("streams", new StreamModel<String, String>() {
            @Override
            public List<Outcome<Step<String>>> run(List<Item<String>> items) {
                return items.stream().map(item -> item.ok(Step.piece(item.input()))).toList();
            }

            @Override
            public void ended(Item<String> item) throws Exception {
                letting.countDown();
                hanging.await();
                told.add("ended");
            }

            @Override
            public void closed() {
                told.add("closed");
            }
        }, steps -> {});
        List<ModelStream<String>> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(Stage.of("school", "alice").call(() -> streams.open("a")));
        }
        open.getFirst().close();
        letting.await();
        Future<String> closing = stage.call(Stage.of("school", "bob"), () -> {
            streams.close();
            return "";
        });
        await().until(() -> streams.open() == 0);
        assertThat(told).isEmpty();
        hanging.countDown();
        closing.get();
        assertThat(told).containsExactly("ended", "ended", "ended", "closed");
        streams.close();
        assertThat(told).hasSize(4);
    }

    /** A model that somebody has to close. */
    private interface Closeable extends EmbeddingModel, AutoCloseable {
        @Override
        void close();
    }

    private static String name(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    @Test
    void an_owned_embedding_model_is_closed_then_and_does_all_else_as_it_does_by_itself() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        Map<Class<?>, Object> values = Map.of(String.class, "a", long[].class, new long[]{1}, List.class, List.of(),
                int.class, 8, boolean.class, true, Duration.class, LIMIT, Tokens.class, Tokens.of(1));
        var model = (Closeable) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{Closeable.class},
                (proxy, method, arguments) -> {
                    asked.add(name(method));
                    return values.get(method.getReturnType());
                });
        EmbeddingModel owned = EmbeddingModel.owned(model);
        List<String> expected = new ArrayList<>();
        for (Method method : EmbeddingModel.class.getMethods()) {
            if (!Modifier.isStatic(method.getModifiers())) {
                expected.add(name(method));
                Object[] arguments = Arrays.stream(method.getParameterTypes()).map(values::get).toArray();
                assertThat(method.invoke(owned, arguments)).isEqualTo(values.get(method.getReturnType()));
            }
        }
        expected.add("close[]");
        assertThat(asked).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void what_it_throws_then_is_logged_and_nobody_elses_trouble() {
        List<String> lines = new CopyOnWriteArrayList<>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage() + ": " + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Batcher.class.getName());
        logger.addHandler(handler);
        try {
            Batcher.of("counted", new Counted() {
                @Override
                public void closed() {
                    throw new AssertionError("it is stuck");
                }
            }).start().close();
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(lines).singleElement().asString().contains("counted", "it is stuck");
    }
}
