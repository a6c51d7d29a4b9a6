package dev.carrel.context;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.error.MissingContextException;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** At each boundary each key does what it says: it shares, copies, clears or refuses. */
class CrossingTest {
    private static final ContextKey<String> OTHER = ContextKey.of("other", Kind.TENANT);

    /** Four keys that do the four things at one boundary, and share at the others of their kind. */
    private record Four(Boundary boundary, ContextKey<List<String>> shared, ContextKey<List<String>> copied,
            ContextKey<String> cleared, ContextKey<String> refused) {
        private static final List<Four> ALL = List.of(fork(), executor(), scheduled(), detached(), batch());

        private static Four fork() {
            return of(Boundary.FORK, "fork");
        }

        private static Four executor() {
            return of(Boundary.EXECUTOR, "executor");
        }

        private static Four scheduled() {
            return of(Boundary.SCHEDULED, "scheduled");
        }

        private static Four detached() {
            return of(Boundary.DETACHED, "detached");
        }

        private static Four batch() {
            return of(Boundary.BATCH, "batch");
        }

        private static Four of(Boundary boundary, String name) {
            return new Four(boundary,
                    ContextKey.<List<String>>builder(name + "-shared", Kind.SESSION).copy(list -> list)
                            .crossing(boundary, Crossing.share()).build(),
                    ContextKey.<List<String>>builder(name + "-copied", Kind.SESSION).copy(list -> list)
                            .crossing(boundary, Crossing.copy(ArrayList::new)).build(),
                    ContextKey.<String>builder(name + "-cleared", Kind.SESSION).defaultValue("default")
                            .crossing(boundary, Crossing.clear()).build(),
                    ContextKey.<String>builder(name + "-refused", Kind.SESSION)
                            .crossing(boundary, Crossing.refuse()).build());
        }

        static Four at(Boundary boundary) {
            return ALL.stream().filter(four -> four.boundary == boundary).findFirst().orElseThrow();
        }
    }

    private static Context across(Boundary boundary, Context context) {
        return switch (boundary) {
            case FORK, EXECUTOR, BATCH -> context.across(boundary);
            case SCHEDULED -> context.background();
            case DETACHED -> context.detached(Deadline.after(ofMinutes(1)));
            case REMOTE -> throw new AssertionError("a codec's affair");
        };
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REMOTE")
    void a_key_does_there_what_it_says(Boundary boundary) {
        Four keys = Four.at(boundary);
        List<String> shared = new ArrayList<>(List.of("one"));
        List<String> copied = new ArrayList<>(List.of("one"));
        Context here = Context.root().with(OTHER, "x").with(keys.shared, shared).with(keys.copied, copied)
                .with(keys.cleared, "here");
        Context there = across(boundary, here);
        assertThat(there.get(keys.shared)).isSameAs(shared);
        assertThat(there.get(keys.copied)).isEqualTo(List.of("one")).isNotSameAs(copied);
        there.get(keys.copied).add("there");
        copied.add("here");
        assertThat(copied).containsExactly("one", "here");
        assertThat(there.get(keys.copied)).containsExactly("one", "there");
        assertThat(there.get(keys.cleared)).isEqualTo("default");
        assertThat(there.get(OTHER)).isEqualTo("x");
        assertThat(here.get(keys.cleared)).as("nothing happens to this side").isEqualTo("here");
        assertThat(here.get(keys.copied)).isSameAs(copied);
        assertThat(across(boundary, there).get(keys.copied)).as("the next crossing copies again").isNotSameAs(there
                .get(keys.copied));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "REMOTE")
    void what_must_not_cross_is_refused_with_its_name_and_the_boundary(Boundary boundary) {
        Context here = Context.root().with(Four.at(boundary).refused, "a secret");
        assertThatThrownBy(() -> across(boundary, here)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Four.at(boundary).refused.name()).hasMessageContaining(boundary.toString())
                .hasMessageNotContaining("a secret");
        for (Boundary other : Boundary.values()) {
            if (other != boundary && other.standard(Kind.SESSION).isShare()) {
                assertThat(across(other, here).find(Four.at(boundary).refused)).as(other + "").contains("a secret");
            }
        }
    }

    @Test
    void every_way_to_hand_work_over_crosses() throws Exception {
        Four keys = Four.at(Boundary.EXECUTOR);
        List<String> copied = new ArrayList<>(List.of("one"));
        Context here = Context.root().with(keys.copied, copied).with(keys.cleared, "here");
        Callable<List<String>> there = () -> {
            assertThat(Context.current().get(keys.cleared)).isEqualTo("default");
            return Context.current().get(keys.copied);
        };
        List<Callable<List<String>>> ways = new ArrayList<>();
        ways.add(here.wrap(there));
        ways.add(() -> here.<List<String>>wrapSupplier(() -> uncheck(there)).get());
        ways.add(() -> here.<String, List<String>>wrapFunction(_ -> uncheck(there)).apply(""));
        try (var pool = Executors.newScheduledThreadPool(1); var virtual = Context.virtualThreads()) {
            for (ExecutorService executor : List.of(Context.propagating(pool), virtual)) {
                ways.add(() -> here.call(() -> executor.submit(there).get()));
                ways.add(() -> here.call(() -> executor.invokeAll(List.of(there)).getFirst().get()));
                ways.add(() -> here.call(() -> executor.invokeAny(List.of(there))));
            }
            ways.add(() -> here.call(() -> Context.propagating(pool).schedule(there, 0, TimeUnit.SECONDS).get()));
            ways.add(() -> here.executor((ExecutorService) pool).submit(there).get());
            for (int i = 0; i < ways.size(); i++) {
                assertThat(ways.get(i).call()).as("way " + i).isEqualTo(copied).isNotSameAs(copied);
            }
        }
    }

    private static List<String> uncheck(Callable<List<String>> callable) {
        try {
            return callable.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_copy_is_made_when_work_is_handed_over_and_not_when_it_runs() throws Exception {
        Four keys = Four.at(Boundary.EXECUTOR);
        List<String> value = new ArrayList<>(List.of("before"));
        Callable<List<String>> task = Context.root().with(keys.copied, value)
                .wrap(() -> Context.current().get(keys.copied));
        value.add("after");
        assertThat(task.call()).containsExactly("before");
    }

    @Test
    void a_refusal_leaves_everything_as_it_was() {
        Context here = Context.root().with(Four.at(Boundary.EXECUTOR).refused, "x");
        try (var pool = Context.propagating(Executors.newSingleThreadExecutor())) {
            here.run(() -> {
                assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> pool.submit(() -> "x")).isInstanceOf(IllegalStateException.class);
                assertThat(Context.current()).isSameAs(here);
            });
            Future<Boolean> next = pool.submit(() -> Context.current().isRoot());
            assertThat(next).succeedsWithin(java.time.Duration.ofSeconds(30)).isEqualTo(true);
        }
    }

    @Test
    void a_copy_that_fails_is_an_error_of_whoever_hands_over() {
        ContextKey<String> failing = ContextKey.<String>builder("failing", Kind.TURN)
                .crossing(Boundary.EXECUTOR, Crossing.copy(_ -> {
                    throw new IllegalArgumentException("cannot copy");
                })).build();
        ContextKey<String> nothing = nothing();
        Context.root().with(failing, "x").run(() -> assertThatThrownBy(() -> Context.current().wrap(() -> {}))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("cannot copy"));
        Context.root().with(nothing, "x").run(() -> assertThatThrownBy(() -> Context.current().wrap(() -> {}))
                .isInstanceOf(NullPointerException.class).hasMessageContaining("\"nothing\"")
                .hasMessageContaining("executor"));
        assertThat(Context.current().isRoot()).isTrue();
    }

    @SuppressWarnings("NullAway") // that is the mistake
    private static ContextKey<String> nothing() {
        return ContextKey.<String>builder("nothing", Kind.TURN).crossing(Boundary.EXECUTOR, Crossing.copy(_ -> null))
                .build();
    }

    @Test
    void a_periodic_task_belongs_to_nobody_and_detached_work_to_its_user() {
        Authority authority = Authority.named("test");
        Context alice = authority.bind(Context.root(),
                authority.user("school", "alice", "Alice", java.util.Set.of())).with(OTHER, "x");
        assertThat(Principal.of(alice.background())).isEmpty();
        assertThat(alice.background().get(OTHER)).isEqualTo("x");
        assertThat(Principal.of(alice.detached(Deadline.after(ofMinutes(1))))).isPresent();
    }

    @Test
    void a_boundary_with_an_operation_of_its_own_is_not_simply_crossed() {
        for (Boundary boundary : List.of(Boundary.SCHEDULED, Boundary.DETACHED, Boundary.REMOTE)) {
            assertThatThrownBy(() -> Context.root().across(boundary)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("detached").hasMessageContaining("background");
        }
    }

    @Test
    void to_another_process_a_key_goes_only_in_a_declared_form() {
        assertThatThrownBy(() -> ContextKey.<String>builder("away", Kind.TURN).crossing(Boundary.REMOTE,
                Crossing.share())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("remote(");
        assertThat(OTHER.remoteForm()).isEmpty();
        assertThat(OTHER.crossing(Boundary.REMOTE)).hasToString("refuse");
    }

    @Test
    void where_nothing_differs_nothing_is_copied() {
        Context here = Context.root().with(OTHER, "x");
        Function<Boundary, Context> there = here::across;
        assertThat(there.apply(Boundary.EXECUTOR)).isSameAs(here);
        assertThat(there.apply(Boundary.FORK)).isSameAs(here);
    }

    @Test
    void what_was_cleared_is_missing_with_an_explanation() {
        ContextKey<String> gone = ContextKey.<String>builder("gone", Kind.TURN)
                .crossing(Boundary.EXECUTOR, Crossing.clear()).build();
        Context there = Context.root().with(gone, "x").across(Boundary.EXECUTOR);
        assertThatThrownBy(() -> there.get(gone)).isInstanceOf(MissingContextException.class)
                .hasMessageContaining("\"gone\"");
        assertThat(there.explain()).contains("gone: clear");
    }
}
