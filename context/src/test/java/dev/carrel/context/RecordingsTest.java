package dev.carrel.context;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.remote.TraceParent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** One recorder that all share: what is recorded goes to whoever records around the call, on whatever thread it is made. */
@Timeout(60)
class RecordingsTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final ContextKey<Recording> RECORDING = ContextKey.of("recording", Kind.TURN);

    /** What a recorder is likely to be: one object for all, which keeps nothing of anybody itself. */
    private static final class Recorder {
        static <T> T record(Recording recording, Callable<T> body) throws Exception {
            return Context.current().with(RECORDING, recording).call(body::call);
        }

        /** A call that is to be seen by every recording around it. */
        static void call(String what) {
            Recording innermost = Context.current().find(RECORDING).orElse(null);
            for (Recording each = innermost; each != null; each = each.around) {
                each.calls.add(each.conversation + ": " + what);
            }
        }
    }

    private static final class Recording {
        private final String conversation;
        private final @Nullable Recording around = Context.current().find(RECORDING).orElse(null);
        private final Queue<String> calls = new ConcurrentLinkedQueue<>();

        Recording(String conversation) {
            this.conversation = conversation;
        }
    }

    @Test
    void a_hundred_threads_under_one_recording_read_it_and_have_a_span_each() throws Exception {
        TraceParent root = TraceParent.start(true);
        Recording recording = new Recording("lesson");
        Set<String> spans = ConcurrentHashMap.newKeySet();
        Set<String> traces = ConcurrentHashMap.newKeySet();
        List<Thread> threads = new ArrayList<>();
        var together = new CountDownLatch(100);
        String output = Recorder.record(recording, () -> Context.current().with(TraceParent.KEY, root).call(() -> {
            ThreadFactory factory = Context.oneTaskThreads(Thread.ofPlatform().factory());
            for (int i = 0; i < 100; i++) {
                String number = String.valueOf(i);
                Thread thread = factory.newThread(() -> {
                    TraceParent own = Context.current().get(TraceParent.KEY).next();
                    together.countDown();
                    Context.current().with(TraceParent.KEY, own).run(() -> {
                        awaitQuietly(together);
                        Recorder.call(number);
                        spans.add(Context.current().get(TraceParent.KEY).spanId());
                        traces.add(Context.current().get(TraceParent.KEY).traceId());
                    });
                });
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(Context.current().get(TraceParent.KEY)).as("the root's own").isSameAs(root);
            return "done";
        }));
        assertThat(output).isEqualTo("done");
        assertThat(recording.calls).hasSize(100).doesNotHaveDuplicates();
        assertThat(spans).hasSize(100).doesNotContain(root.spanId());
        assertThat(traces).containsExactly(root.traceId());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void two_recordings_divide_the_calls_exactly_and_what_is_outside_is_in_neither() throws Exception {
        Recording first = new Recording("first");
        Recording second = new Recording("second");
        try (var pool = Context.propagating(Executors.newFixedThreadPool(1))) {
            Recorder.call("before");
            List<Future<?>> late = new ArrayList<>();
            Recorder.record(first, () -> {
                Recorder.call("one");
                late.add(pool.submit(() -> Recorder.call("two")));
                return true;
            });
            late.add(pool.submit(() -> Recorder.call("between")));
            Recorder.record(second, () -> late.add(pool.submit(() -> Recorder.call("three"))));
            for (Future<?> each : late) {
                each.get(30, TimeUnit.SECONDS);
            }
        }
        assertThat(first.calls).containsExactly("first: one", "first: two");
        assertThat(second.calls).containsExactly("second: three");
    }

    @Test
    void a_call_in_nested_recordings_is_in_both_under_the_name_of_each_and_neither_is_kept() throws Exception {
        try (var pool = Context.propagating(Executors.newFixedThreadPool(1))) {
            List<WeakReference<Recording>> recordings = nested(pool::submit);
            pool.submit(() -> Recorder.call("afterwards")).get(30, TimeUnit.SECONDS);
            await().until(() -> {
                System.gc();
                return recordings.stream().allMatch(recording -> recording.refersTo(null));
            });
        }
    }

    private interface Submission {
        Future<?> submit(Runnable task);
    }

    private static List<WeakReference<Recording>> nested(Submission pool) throws Exception {
        Recording outer = new Recording("outer");
        Recording inner = Recorder.record(outer, () -> {
            Recorder.call("only outside");
            Recording within = new Recording("inner");
            Recorder.record(within, () -> pool.submit(() -> Recorder.call("in both")).get(30, TimeUnit.SECONDS));
            assertThatThrownBy(() -> Recorder.record(within, () -> {
                throw new IllegalStateException("recorded and failed");
            })).hasMessage("recorded and failed");
            Recorder.call("outside again");
            return within;
        });
        assertThat(outer.calls).containsExactly("outer: only outside", "outer: in both", "outer: outside again");
        assertThat(inner.calls).containsExactly("inner: in both");
        assertThat(Context.current().find(RECORDING)).isEmpty();
        return List.of(new WeakReference<>(outer), new WeakReference<>(inner));
    }

    @Test
    void two_hundred_users_record_at_once_and_each_has_their_own_calls_and_no_others() throws Exception {
        int users = 200;
        var together = new CyclicBarrier(users);
        try (var threads = Context.virtualThreads()) {
            List<Future<Recording>> recorded = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                String user = "user-" + i;
                recorded.add(threads.submit(() -> AUTHORITY.bind(Context.root(), AUTHORITY.user("tenant-" + user, user,
                        user, Set.of())).call(() -> {
                            Recording own = new Recording(user);
                            Recorder.record(own, () -> {
                                together.await(30, TimeUnit.SECONDS);
                                for (int call = 0; call < 20; call++) {
                                    threads.submit(() -> Recorder.call(Principal.current().user())).get();
                                }
                                return true;
                            });
                            return own;
                        })));
            }
            for (int i = 0; i < users; i++) {
                String user = "user-" + i;
                assertThat(Objects.requireNonNull(recorded.get(i).get()).calls).hasSize(20)
                        .containsOnly(user + ": " + user);
            }
        }
    }
}
