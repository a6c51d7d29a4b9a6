package dev.carrel.integrations.reactor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import dev.carrel.integrations.reactor.Users.Way;

import static org.assertj.core.api.Assertions.assertThat;

/** Of a publisher that several users share, each sees its own context and not that of whoever came first. */
class SharedTest {
    private static final Duration MOMENT = Duration.ofMillis(1);

    @BeforeAll
    static void install() {
        ReactorContexts.install();
    }

    @AfterAll
    static void uninstall() throws Exception {
        ReactorContexts.uninstall();
        Users.assertWorkersKeepNobody();
    }

    private static Arguments shared(String name, Supplier<Flux<Long>> shared) {
        return Arguments.of(name, shared);
    }

    static Stream<Arguments> shared() {
        return Stream.of(Way.values()).flatMap(way -> Stream.of(
                shared("share", () -> Flux.interval(MOMENT).share()),
                shared("refCount with grace", () -> Flux.interval(MOMENT).publish()
                        .refCount(1, Duration.ofSeconds(1))),
                shared("autoConnect", () -> Flux.interval(MOMENT).publish().autoConnect()),
                shared("replay and autoConnect", () -> Flux.interval(MOMENT).replay(5).autoConnect()),
                shared("replay and refCount", () -> Flux.interval(MOMENT).replay(5).refCount()),
                shared("cache", () -> Flux.interval(MOMENT).take(5).cache()),
                shared("mono cache", () -> Mono.delay(MOMENT).cache().flux()),
                shared("mono cache for a while", () -> Mono.delay(MOMENT).cache(Duration.ofSeconds(1)).flux()),
                shared("mono cacheInvalidateIf", () -> Mono.delay(MOMENT).cacheInvalidateIf(i -> false).flux()),
                shared("mono cacheInvalidateWhen", () -> Mono.delay(MOMENT)
                        .cacheInvalidateWhen(i -> Mono.never()).flux()),
                shared("mono share", () -> Mono.delay(MOMENT).share().flux()))
                .map(one -> Arguments.of(way, one.get()[0], one.get()[1])));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("shared")
    void each_user_sees_its_own_subscribers(Way way, String what, Supplier<Flux<Long>> make) throws Exception {
        assertThat(what).isNotBlank();
        Flux<Long> shared = make.get();
        Users.each(way, () -> shared.take(3).map(i -> Users.who()));
        Flux<Long> another = make.get();
        Users.each(way, () -> another.take(3).publishOn(Schedulers.parallel()).map(i -> Users.who())
                .delayElements(MOMENT).map(seen -> seen + Users.who()));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void of_a_sink_each_sees_its_own_and_never_the_producers(Way way) throws Exception {
        for (Supplier<Sinks.Many<Integer>> make : List.<Supplier<Sinks.Many<Integer>>>of(
                () -> Sinks.many().multicast().directBestEffort(),
                () -> Sinks.many().multicast().onBackpressureBuffer(8, false),
                () -> Sinks.many().replay().limit(3))) {
            Sinks.Many<Integer> sink = make.get();
            Thread producer = producer(sink);
            try {
                Users.each(way, () -> sink.asFlux().take(3).map(i -> Users.who()));
                Users.each(way, () -> sink.asFlux().publishOn(Schedulers.parallel()).take(3).map(i -> Users.who()));
            } finally {
                producer.interrupt();
                producer.join();
            }
        }
    }

    /** Emits for changing users until it is interrupted. */
    private static Thread producer(Sinks.Many<Integer> sink) {
        return Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                for (String name : List.of("one producer", "another producer")) {
                    Users.named(name).run(() -> sink.tryEmitNext(1));
                }
                java.util.concurrent.locks.LockSupport.parkNanos(100_000);
            }
        });
    }

    @Test
    void one_result_for_all_runs_each_ones_continuation_as_itself() throws Exception {
        Sinks.One<Integer> sink = Sinks.one();
        var subscribed = new CountDownLatch(2);
        Function<String, Mono<String>> of = name -> sink.asMono().doOnSubscribe(subscription -> subscribed.countDown())
                .map(i -> Users.who()).contextWrite(ReactorContexts.writing(Users.named(name)));
        CompletableFuture<@Nullable String> alice = of.apply("alice").toFuture();
        CompletableFuture<@Nullable String> bob = of.apply("bob").toFuture();
        subscribed.await();
        Users.named("producer").run(() -> sink.tryEmitValue(1));
        assertThat(alice.get()).isEqualTo("alice");
        assertThat(bob.get()).isEqualTo("bob");
    }
}
