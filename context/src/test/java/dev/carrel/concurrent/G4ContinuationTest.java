package dev.carrel.concurrent;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.carrel.context.Context;

import static dev.carrel.concurrent.Two.AS_BOB;
import static dev.carrel.concurrent.Two.asAlice;
import static dev.carrel.concurrent.Two.bobDoes;
import static dev.carrel.concurrent.Two.who;
import static org.assertj.core.api.Assertions.assertThat;

/** G4: a continuation runs in the context of whoever registered it, never in that of whoever completes its source. */
class G4ContinuationTest {
    @Test
    void a_continuation_runs_for_whoever_registered_it_and_not_for_whoever_completes_its_source() throws Exception {
        var plain = new CompletableFuture<String>();
        var ours = new ContextFuture<String>();
        CompletableFuture<String> lost = asAlice(() -> plain.thenApply(value -> who()));
        CompletableFuture<String> kept = asAlice(() -> ours.thenApply(value -> who()));
        bobDoes(() -> {
            plain.complete("");
            ours.complete("");
            assertThat(who()).isEqualTo("bob");
        });
        assertThat(lost.join()).as("why this class exists").isEqualTo("bob");
        assertThat(kept.join()).isEqualTo("alice");
    }

    @Test
    void each_dependent_of_one_future_runs_for_its_own_user() throws Exception {
        var source = new ContextFuture<String>();
        CompletableFuture<String> alices = asAlice(() -> source.thenApply(value -> who()));
        CompletableFuture<String> bobs = AS_BOB.call(() -> source.thenApply(value -> who()));
        CompletableFuture<String> nobodys = source.thenApply(value -> who());
        source.complete("");
        assertThat(List.of(alices.join(), bobs.join(), nobodys.join())).containsExactly("alice", "bob", "nobody");
    }

    @Test
    void a_chain_that_two_users_build_on_runs_each_link_for_who_added_it() throws Exception {
        var source = new ContextFuture<String>();
        var first = asAlice(() -> source.thenApply(value -> value + who()));
        var second = AS_BOB.call(() -> first.thenApply(value -> value + " " + who()));
        var third = asAlice(() -> second.thenCombine(first, (one, other) -> one + " " + who()));
        bobDoes(() -> source.complete(""));
        assertThat(third.join()).isEqualTo("alice bob alice");
    }

    /** Every public method of this JDK's CompletableFuture and CompletionStage that takes a function. */
    static Stream<Method> registrations() {
        return Stream.<Class<?>>of(CompletableFuture.class, CompletionStage.class)
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
                .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(G4ContinuationTest::isFunction));
    }

    static Stream<Method> registrationsOfStages() {
        return registrations().filter(method -> method.getDeclaringClass() == CompletionStage.class);
    }

    @ParameterizedTest
    @MethodSource("registrations")
    void every_method_that_takes_a_function_captures_when_it_is_called(Method method) throws Exception {
        assertThat(whoRan(method, false)).isNotEmpty().containsOnly("alice");
    }

    @ParameterizedTest
    @MethodSource("registrationsOfStages")
    void every_method_of_a_minimal_stage_captures_when_it_is_called(Method method) throws Exception {
        assertThat(whoRan(method, true)).isNotEmpty().containsOnly("alice");
    }

    /** Registers as Alice, completes and fails as Bob, with each kind of executor; answers who the functions ran as. */
    private static List<String> whoRan(Method method, boolean minimal) throws Exception {
        var seen = new ConcurrentLinkedQueue<String>();
        try (ExecutorService plain = Executors.newFixedThreadPool(1);
                ExecutorService captures = Context.propagating(Executors.newFixedThreadPool(1));
                ExecutorService fixed = AS_BOB.executor(Executors.newFixedThreadPool(1))) {
            for (Executor executor : List.of(plain, captures, fixed)) {
                for (boolean fails : List.of(true, false)) {
                    var source = new ContextFuture<String>();
                    var other = new CompletableFuture<String>();
                    Object receiver = minimal ? source.minimalCompletionStage() : source;
                    Object[] arguments = arguments(method, other, executor, seen);
                    var dependent = (CompletionStage<?>) asAlice(() -> method.invoke(receiver, arguments));
                    assertThat(dependent).isInstanceOf(ContextFuture.class);
                    if (dependent != source) {
                        bobDoes(() -> {
                            if (fails) {
                                source.completeExceptionally(new IllegalStateException("as planned"));
                            } else {
                                source.complete("value");
                            }
                            other.complete("other");
                        });
                    }
                    dependent.toCompletableFuture().handle((value, failure) -> "").get(10, TimeUnit.SECONDS);
                }
            }
        }
        return List.copyOf(seen);
    }

    private static boolean isFunction(Class<?> type) {
        return type.isInterface() && type != Executor.class && type != CompletionStage.class;
    }

    private static Object[] arguments(Method method, CompletionStage<?> other, Executor executor,
            ConcurrentLinkedQueue<String> seen) {
        List<Object> arguments = new ArrayList<>();
        for (Parameter parameter : method.getParameters()) {
            Class<?> type = parameter.getType();
            if (type == Executor.class) {
                arguments.add(executor);
            } else if (type == CompletionStage.class) {
                arguments.add(other);
            } else {
                assertThat(isFunction(type)).as("%s takes something that this test does not know", method).isTrue();
                boolean composes = parameter.getParameterizedType().getTypeName().contains("CompletionStage<");
                arguments.add(function(type, composes, seen));
            }
        }
        return arguments.toArray();
    }

    private static Object function(Class<?> type, boolean composes, ConcurrentLinkedQueue<String> seen) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                (proxy, method, arguments) -> answer(method, composes, seen));
    }

    private static @Nullable Object answer(Method method, boolean composes, ConcurrentLinkedQueue<String> seen) {
        seen.add(who());
        return method.getReturnType() == void.class
                ? null
                : composes ? CompletableFuture.completedFuture("composed") : "value";
    }

    @Test
    void every_static_method_of_CompletableFuture_is_offered_here_under_its_name() {
        Arrays.stream(CompletableFuture.class.getMethods()).filter(method -> Modifier.isStatic(method.getModifiers()))
                .forEach(method -> assertThat(Arrays.stream(ContextFuture.class.getDeclaredMethods())
                        .filter(own -> own.getName().equals(method.getName()))
                        .filter(own -> Arrays.equals(own.getParameterTypes(), method.getParameterTypes())))
                        .as(method.toString()).hasSize(1));
    }

    @Test
    void what_is_made_statically_captures_and_so_do_its_dependents() throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(1)) {
            var incomplete = new CompletableFuture<String>();
            List<CompletionStage<String>> stages = asAlice(() -> List.of( //
                    ContextFuture.supplyAsync(Two::who), ContextFuture.supplyAsync(Two::who, executor),
                    ContextFuture.runAsync(() -> {}).thenApply(none -> who()),
                    ContextFuture.runAsync(() -> {}, executor).thenApply(none -> who()),
                    ContextFuture.completedFuture("").thenApply(none -> who()),
                    ContextFuture.completedStage("").thenApply(none -> who()),
                    ContextFuture.<String>failedFuture(new IllegalStateException()).exceptionally(failure -> who()),
                    ContextFuture.<String>failedStage(new IllegalStateException()).exceptionally(failure -> who()),
                    ContextFuture.allOf(incomplete).thenApply(none -> who()),
                    ContextFuture.anyOf(incomplete).thenApply(none -> who()),
                    ContextFuture.of(incomplete).thenApply(none -> who()),
                    ContextFuture.of(incomplete.minimalCompletionStage()).thenApply(none -> who()),
                    ContextFuture.of(ContextFuture.of(incomplete).minimalCompletionStage()).thenApply(none -> who())));
            bobDoes(() -> incomplete.complete(""));
            for (CompletionStage<String> stage : stages) {
                assertThat(stage.toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo("alice");
            }
        }
    }

    @Test
    void what_a_delayed_executor_runs_later_runs_for_who_gave_it() throws Exception {
        try (ExecutorService executor = Context.propagating(Executors.newFixedThreadPool(1))) {
            for (Executor later : List.of(ContextFuture.delayedExecutor(1, TimeUnit.MILLISECONDS),
                    ContextFuture.delayedExecutor(1, TimeUnit.MILLISECONDS, executor))) {
                var seen = new CompletableFuture<String>();
                asAlice(() -> {
                    later.execute(() -> seen.complete(who()));
                    return "";
                });
                assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("alice");
            }
        }
    }

    @Test
    void a_dependent_of_either_captures_even_where_the_other_one_was_complete() throws Exception {
        var source = new ContextFuture<String>();
        var dependent = asAlice(() -> source.applyToEither(CompletableFuture.completedFuture(""), value -> who()));
        assertThat(dependent).isInstanceOf(ContextFuture.class);
        var next = asAlice(() -> dependent.thenApplyAsync(value -> who()));
        assertThat(next.join()).isEqualTo("alice");
    }

    @Test
    void everything_that_makes_a_future_of_a_future_makes_one_that_captures() throws Exception {
        var source = new ContextFuture<String>();
        var all = asAlice(() -> List.of(source.copy(), source.toCompletableFuture(), source.newIncompleteFuture(),
                source.minimalCompletionStage(), source.minimalCompletionStage().toCompletableFuture(),
                source.orTimeout(1, TimeUnit.HOURS), source.completeOnTimeout("", 1, TimeUnit.HOURS),
                source.thenCompose(ContextFuture::completedFuture).thenCompose(CompletableFuture::completedFuture)));
        assertThat(all).hasOnlyElementsOfType(ContextFuture.class);
        assertThat(AS_BOB.call(() -> source.defaultExecutor())).isSameAs(VirtualThreads.INSTANCE);
        bobDoes(() -> source.complete("done"));
        assertThat(source.copy().join()).isEqualTo("done");
        assertThat(all.get(4).toCompletableFuture().join()).isEqualTo("done");
    }

    @Test
    void the_default_executor_is_neither_the_common_pool_nor_anybodys_to_shut_down() throws Exception {
        Thread thread = ContextFuture.supplyAsync(Thread::currentThread).join();
        assertThat(thread.isVirtual()).isTrue();
        assertThat(new ContextFuture<>().defaultExecutor()).isNotInstanceOf(ExecutorService.class);
        var seen = new CompletableFuture<String>();
        asAlice(() -> {
            new ContextFuture<>().defaultExecutor().execute(() -> seen.complete(who()));
            return "";
        });
        assertThat(seen.join()).isEqualTo("alice");
    }
}
