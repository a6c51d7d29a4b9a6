package dev.carrel.integrations.reactor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

import dev.carrel.context.Context;
import dev.carrel.integrations.reactor.Users.Way;

import static org.assertj.core.api.Assertions.assertThat;

/** In every operator each of several users at once sees its own subscriber's context, and the workers keep none. */
class OperatorsTest {
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

    private static Flux<Integer> source() {
        return Flux.range(0, 5);
    }

    private static Scheduler other() {
        return Schedulers.parallel();
    }

    private static String who() {
        return Users.who();
    }

    private static Arguments operator(String name, Supplier<Flux<String>> pipeline) {
        return Arguments.of(name, pipeline);
    }

    static Stream<Arguments> everyWay() {
        return Stream.of(Way.values()).flatMap(way -> operators()
                .map(operator -> Arguments.of(way, operator.get()[0], operator.get()[1])));
    }

    private static Stream<Arguments> operators() {
        return Stream.of(
                operator("map", () -> source().map(i -> who())),
                operator("publishOn", () -> source().publishOn(other()).map(i -> who())),
                operator("publishOn twice", () -> source().publishOn(other()).map(i -> who())
                        .publishOn(Schedulers.single()).map(seen -> seen + who())),
                operator("subscribeOn", () -> source().map(i -> who()).subscribeOn(Schedulers.boundedElastic())),
                operator("flatMap", () -> source().flatMap(i -> Mono.fromCallable(Users::who).subscribeOn(other()))
                        .map(seen -> seen + who())),
                operator("concatMap",
                        () -> source().concatMap(i -> Mono.fromCallable(Users::who).subscribeOn(other()))),
                operator("switchMap",
                        () -> source().switchMap(i -> Mono.fromCallable(Users::who).subscribeOn(other()))),
                operator("delayElements", () -> source().delayElements(MOMENT).map(i -> who())),
                operator("interval", () -> Flux.interval(MOMENT).take(3).map(i -> who())),
                operator("zip", () -> Flux.zip(source().publishOn(other()), source().publishOn(Schedulers.single()),
                        (one, two) -> who())),
                operator("merge", () -> Flux.merge(source().publishOn(other()), source().delayElements(MOMENT))
                        .map(i -> who())),
                operator("combineLatest", () -> Flux.combineLatest(source().publishOn(other()),
                        source().delayElements(MOMENT), (one, two) -> who())),
                operator("window", () -> source().window(2).flatMap(window -> window.publishOn(other())
                        .map(i -> who()))),
                operator("groupBy", () -> source().groupBy(i -> i % 2).flatMap(group -> group.publishOn(other())
                        .map(i -> who()))),
                operator("bufferTimeout", () -> source().bufferTimeout(2, MOMENT).map(i -> who())),
                operator("parallel", () -> source().parallel(2).runOn(other()).map(i -> who()).sequential()),
                operator("timeout", () -> Mono.<String>never().timeout(MOMENT)
                        .onErrorResume(late -> Mono.fromCallable(Users::who)).flux()),
                operator("retryWhen", () -> {
                    var attempts = new AtomicInteger();
                    return Flux.defer(() -> attempts.getAndIncrement() < 2
                            ? Flux.<String>error(new IllegalStateException("once more"))
                            : Flux.just(who())).retryWhen(Retry.fixedDelay(5, MOMENT)).map(seen -> seen + who());
                }),
                operator("repeat", () -> Flux.defer(() -> Flux.just(who())).delayElements(MOMENT).repeat(2)),
                operator("handle", () -> source().publishOn(other()).handle((i, sink) -> sink.next(who()))),
                operator("doOn", () -> {
                    List<String> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
                    return source().publishOn(other()).doOnNext(i -> seen.add(who()))
                            .doOnSubscribe(subscription -> seen.add(who())).doOnRequest(n -> seen.add(who()))
                            .doOnComplete(() -> seen.add(who())).thenMany(Flux.defer(() -> Flux.fromIterable(seen)));
                }),
                operator("generate", () -> Flux.<String>generate(sink -> {
                    sink.next(who());
                    sink.complete();
                }).subscribeOn(other())),
                operator("create, from a thread", () -> Flux.<Integer>create(sink -> Thread.ofPlatform().start(() -> {
                    sink.next(1);
                    sink.complete();
                })).map(i -> who())),
                operator("a future", () -> Mono.fromFuture(() -> CompletableFuture.supplyAsync(() -> 1))
                        .map(i -> who()).flux()),
                operator("a foreign publisher", () -> Flux.from(foreign()).map(i -> who())),
                operator("a sink", () -> {
                    Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
                    Thread.ofPlatform().start(Users.named("producer").wrap(() -> {
                        sink.tryEmitNext(1);
                        sink.tryEmitNext(2);
                        sink.tryEmitComplete();
                    }));
                    return sink.asFlux().map(i -> who()).publishOn(other()).map(seen -> seen + who());
                }),
                operator("using", () -> Flux.using(Users::who, Flux::just, seen -> {}).publishOn(other())),
                operator("expand", () -> Mono.just(1).expand(i -> i < 3
                        ? Mono.just(i + 1).delayElement(MOMENT)
                        : Mono.empty()).map(i -> who())));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("everyWay")
    void each_user_sees_its_own_subscribers(Way way, String operator, Supplier<Flux<String>> pipeline)
            throws Exception {
        assertThat(operator).isNotBlank();
        Users.each(way, pipeline);
    }

    @Test
    void the_end_runs_as_the_subscriber_also_when_it_is_cancelled() throws Exception {
        var seen = new CompletableFuture<String>();
        var started = new CompletableFuture<String>();
        var subscription = Flux.interval(MOMENT).doOnCancel(() -> seen.complete(who()))
                .doOnNext(i -> started.complete(who()))
                .contextWrite(ReactorContexts.writing(Users.named("alice"))).subscribe();
        assertThat(started.get()).isEqualTo("alice");
        Users.named("bob").run(subscription::dispose);
        assertThat(seen.get()).isEqualTo("alice");
    }

    @Test
    void subscribing_in_the_middle_of_somebodys_work_leaves_that_work_as_it_was() {
        Users.named("bob").run(() -> {
            assertThat(source().map(i -> who()).contextWrite(ReactorContexts.writing(Users.named("alice")))
                    .blockLast()).isEqualTo("alice");
            assertThat(who()).isEqualTo("bob");
        });
    }

    @Test
    void a_task_of_carrels_within_an_operator_is_handed_the_subscribers() throws Exception {
        try (var executor = Context.propagating(Executors.newSingleThreadExecutor())) {
            assertThat(Users.named("alice").call(() -> source().publishOn(other())
                    .concatMap(i -> Mono.fromFuture(CompletableFuture.supplyAsync(Users::who, executor)))
                    .map(seen -> seen + who()).distinct().collectList().block())).containsExactly("alicealice");
        }
    }

    private static Publisher<Integer> foreign() {
        return subscriber -> subscriber.onSubscribe(new Subscription() {
            private final AtomicBoolean done = new AtomicBoolean();

            @Override
            public void request(long n) {
                if (done.compareAndSet(false, true)) {
                    Thread.ofPlatform().start(Users.named("foreign").wrap(() -> {
                        subscriber.onNext(1);
                        subscriber.onComplete();
                    }));
                }
            }

            @Override
            public void cancel() {
                done.set(true);
            }
        });
    }
}
