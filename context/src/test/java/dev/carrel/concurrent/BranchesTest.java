package dev.carrel.concurrent;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;
import dev.carrel.stream.ContextStreams;

import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Work that branches, waits, is cancelled or is forgotten. */
@Timeout(60)
class BranchesTest {
    private static final ContextKey<String> STEP = ContextKey.of("step", Kind.TASK);

    private static String step() {
        return Context.current().find(STEP).orElse("none");
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void two_branches_each_see_their_own_before_and_after_they_wait_for_each_other() throws Exception {
        var barrier = new CyclicBarrier(2);
        List<String> seen = asAlice(() -> {
            Context before = Context.current();
            List<ContextFuture<String>> branches = Stream.of("left", "right")
                    .map(name -> before.with(STEP, name).call(() -> ContextFuture.supplyAsync(() -> {
                        String own = step();
                        await(barrier);
                        return own + " " + Context.current().with(STEP, own + " inner").call(() -> {
                            await(barrier);
                            return step();
                        }) + " " + step() + " " + who();
                    }))).toList();
            List<String> results = branches.stream().map(ContextFuture::join).toList();
            assertThat(Context.current()).isSameAs(before);
            return results;
        });
        assertThat(seen).containsExactly("left left inner left alice", "right right inner right alice");
    }

    @Test
    void at_seven_points_around_a_child_each_sees_what_it_should() {
        Context parent = Context.root().with(STEP, "parent");
        List<String> points = new ArrayList<>();
        var entered = new CyclicBarrier(2);
        var leave = new CyclicBarrier(2);
        parent.run(() -> {
            points.add("before construction: " + step());
            ContextFuture<List<String>> child = ContextFuture.supplyAsync(() -> {
                List<String> own = new ArrayList<>();
                own.add("child starts: " + step());
                Context.current().with(STEP, "child").run(() -> {
                    own.add("child has changed it: " + step());
                    await(entered);
                    await(leave);
                });
                own.add("child ends: " + step());
                return own;
            });
            points.add("after construction: " + step());
            await(entered);
            points.add("while the child has changed it: " + step());
            await(leave);
            points.addAll(child.join());
            points.add("after the child: " + step());
        });
        assertThat(points).containsExactly("before construction: parent", "after construction: parent",
                "while the child has changed it: parent", "child starts: parent", "child has changed it: child",
                "child ends: parent", "after the child: parent");
        assertThat(step()).isEqualTo("none");
    }

    @Test
    void a_finaliser_that_fails_hides_neither_the_cancellation_nor_whose_it_is() throws Exception {
        var source = new ContextFuture<String>();
        List<String> finalised = new ArrayList<>();
        ContextFuture<String> last = asAlice(() -> source.whenComplete((value, failure) -> {
            finalised.add(who());
            throw new IllegalStateException("the finaliser");
        }));
        Two.bobDoes(() -> source.cancel(true));
        assertThat(finalised).containsExactly("alice");
        assertThatThrownBy(last::join).hasCauseInstanceOf(CancellationException.class);
        assertThatThrownBy(source::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void an_iterator_that_is_consumed_in_part_and_forgotten_keeps_no_context() {
        var context = new AtomicReference<WeakReference<Context>>();
        Two.AS_BOB.run(() -> {
            assertThat(forgotten(context::set).next()).isEqualTo("alice forgotten");
            assertThat(who() + " " + step()).isEqualTo("bob none");
        });
        Awaitility.await().until(() -> {
            System.gc();
            return context.get().get() == null;
        });
    }

    private static Iterator<String> forgotten(Consumer<WeakReference<Context>> seen) {
        Context context = Two.AS_ALICE.with(STEP, "forgotten");
        seen.accept(new WeakReference<>(context));
        return context.call(() -> ContextStreams.iterator(Stream.generate(() -> who() + " " + step()).iterator()));
    }

    /**
     * Sixty users build dependents of all kinds on whatever futures there are, others', too, while others complete them,
     * on threads of every sort. Each function says who it was registered by and who it ran as.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void sixty_users_who_build_on_each_others_futures_never_run_as_one_another(long seed) throws Exception {
        var random = new Random(seed);
        var authority = Authority.named("test");
        List<Context> users = Stream.iterate(0, i -> i + 1).limit(60).map(i -> authority.bind(Context.root(),
                authority.user("school", "user-" + i, "User", Set.of()))).toList();
        var crossed = new ConcurrentLinkedQueue<String>();
        var ran = new AtomicInteger();
        List<ContextFuture<Integer>> sources = new ArrayList<>();
        List<ContextFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            sources.add(new ContextFuture<>());
        }
        futures.addAll(sources);
        try (ExecutorService pool = Context.propagating(Executors.newFixedThreadPool(3));
                ExecutorService completers = Executors.newFixedThreadPool(3)) {
            int registered = 3_000;
            for (int i = 0; i < registered; i++) {
                Context user = users.get(random.nextInt(users.size()));
                ContextFuture<Integer> source = futures.get(random.nextInt(futures.size()));
                ContextFuture<Integer> other = futures.get(random.nextInt(futures.size()));
                int kind = random.nextInt(7);
                futures.add(user.call(() -> {
                    Principal own = Principal.current();
                    Runnable check = () -> {
                        ran.incrementAndGet();
                        if (!Principal.find().equals(Optional.of(own))) {
                            crossed.add(own + " ran as " + Principal.find());
                        }
                    };
                    return add(kind, source, other, pool, check);
                }));
                if (i % 100 == 99) {
                    ContextFuture<Integer> next = sources.get(i / 100);
                    Context completer = users.get(random.nextInt(users.size()));
                    completers.execute(completer.wrap(() -> {
                        next.complete(0);
                    }));
                }
            }
            CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new)).get(30, TimeUnit.SECONDS);
            assertThat(ran).hasValueGreaterThanOrEqualTo(registered);
        }
        assertThat(crossed).isEmpty();
    }

    private static ContextFuture<Integer> add(int kind, ContextFuture<Integer> source, ContextFuture<Integer> other,
            ExecutorService pool, Runnable check) {
        return switch (kind) {
            case 0 -> source.thenApply(value -> count(value, check));
            case 1 -> source.thenApplyAsync(value -> count(value, check));
            case 2 -> source.thenApplyAsync(value -> count(value, check), pool);
            case 3 -> source.thenCombine(other, (one, two) -> count(Math.max(one, two), check));
            case 4 -> source.thenComposeAsync(
                    value -> ContextFuture.supplyAsync(() -> count(value, check)), pool);
            case 5 -> source.handle((value, failure) -> count(value, check));
            default -> source.applyToEitherAsync(other, value -> count(value, check));
        };
    }

    private static int count(int depth, Runnable check) {
        check.run();
        return depth + 1;
    }
}
