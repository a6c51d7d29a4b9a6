package dev.carrel.context;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** G2: every hop made through Carrel carries the context. */
class G2HopTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);

    /** The course here; a lost one is to be found missing, not to break off. */
    private static String course() {
        return Context.current().find(COURSE).orElse("lost");
    }

    private static ExecutorService executor(String kind) {
        return switch (kind) {
            case "fixed" -> Context.propagating(Executors.newFixedThreadPool(2));
            case "fork-join" -> Context.propagating(new ForkJoinPool(2));
            case "scheduled" -> Context.propagating(Executors.newScheduledThreadPool(1));
            default -> Context.virtualThreads();
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"fixed", "fork-join", "scheduled", "virtual"})
    void every_way_to_submit_carries_the_context_of_whoever_submits(String kind) throws Exception {
        try (ExecutorService executor = executor(kind)) {
            for (String course : List.of("chemistry", "physics")) {
                Context.root().with(COURSE, course).<Void, Exception>call(() -> {
                    Callable<String> read = () -> course();
                    assertThat(executor.submit(read).get()).isEqualTo(course);
                    var seen = new CompletableFuture<String>();
                    executor.execute(() -> seen.complete(course()));
                    assertThat(seen.get()).isEqualTo(course);
                    var again = new CompletableFuture<String>();
                    executor.submit(() -> {
                        again.complete(course());
                    }).get();
                    assertThat(again.get()).isEqualTo(course);
                    var third = new CompletableFuture<String>();
                    assertThat(executor.submit(() -> {
                        third.complete(course());
                    }, "result").get()).isEqualTo("result");
                    assertThat(third.get()).isEqualTo(course);
                    for (Future<String> all : executor.invokeAll(List.of(read, read))) {
                        assertThat(all.get()).isEqualTo(course);
                    }
                    for (Future<String> all : executor.invokeAll(List.of(read, read), 10, TimeUnit.SECONDS)) {
                        assertThat(all.get()).isEqualTo(course);
                    }
                    assertThat(executor.invokeAny(List.of(read, read))).isEqualTo(course);
                    assertThat(executor.invokeAny(List.of(read), 10, TimeUnit.SECONDS)).isEqualTo(course);
                    return null;
                });
            }
        }
    }

    @Test
    void what_is_wrapped_is_called_in_the_context_that_wrapped_it() throws Exception {
        Context context = Context.root().with(COURSE, "chemistry");
        Context.root().with(COURSE, "physics").<Void, Exception>call(() -> {
            assertThat(context.wrap(() -> course()).call()).isEqualTo("chemistry");
            assertThat(context.<String, String>wrapFunction(more -> course() + more).apply("!"))
                    .isEqualTo("chemistry!");
            assertThat(
                    context.<String, String, String>wrapBiFunction((one, two) -> course() + one + two).apply("!", "?"))
                    .isEqualTo("chemistry!?");
            var consumed = new CompletableFuture<String>();
            context.<String>wrapConsumer(more -> consumed.complete(course() + more)).accept("!");
            assertThat(consumed.get()).isEqualTo("chemistry!");
            var both = new CompletableFuture<String>();
            context.<String, String>wrapBiConsumer((one, two) -> both.complete(course() + one + two)).accept("!", "?");
            assertThat(both.get()).isEqualTo("chemistry!?");
            assertThat(context.<String>wrapSupplier(() -> course()).get()).isEqualTo("chemistry");
            var seen = new CompletableFuture<String>();
            context.wrap(() -> {
                seen.complete(course());
            }).run();
            assertThat(seen.get()).isEqualTo("chemistry");
            assertThat(course()).isEqualTo("physics");
            return null;
        });
    }

    @Test
    void a_task_that_is_wrapped_keeps_its_context_whoever_wraps_it_again() throws Exception {
        Context context = Context.root().with(COURSE, "chemistry");
        var seen = new CompletableFuture<String>();
        Runnable wrapped = context.wrap(() -> {
            seen.complete(course());
        });
        Context other = Context.root().with(COURSE, "physics");
        assertThat(other.wrap(wrapped)).isSameAs(wrapped);
        other.run(wrapped);
        assertThat(seen.get()).isEqualTo("chemistry");
    }

    @Test
    void wrapping_twice_is_wrapping_once_and_closing_closes_what_was_wrapped() {
        ExecutorService plain = Executors.newFixedThreadPool(1);
        ExecutorService wrapped = Context.propagating(plain);
        assertThat(Context.propagating(wrapped)).isSameAs(wrapped);
        wrapped.close();
        assertThat(plain.isTerminated()).isTrue();
        assertThat(wrapped.isShutdown()).isTrue();
    }

    @Test
    void a_cancellation_tells_its_listeners_in_their_own_context() {
        Authority authority = Authority.named("test");
        Principal alice = authority.user("school", "alice", "Alice", Set.of());
        Principal bob = authority.user("school", "bob", "Bob", Set.of());
        var source = Cancellation.source();
        var seen = new CompletableFuture<Principal>();
        source.bind(authority.bind(Context.root(), alice))
                .run(() -> Cancellation.current().onRequest(() -> seen.complete(Principal.current())));
        authority.bind(Context.root(), bob).run(() -> source.cancel("enough"));
        assertThat(seen.join()).isEqualTo(alice);
    }
}
