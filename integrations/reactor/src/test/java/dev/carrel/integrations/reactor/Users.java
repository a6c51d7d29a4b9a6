package dev.carrel.integrations.reactor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/** Several users at once, each with a context of its own. */
final class Users {
    static final ContextKey<String> WHO = ContextKey.withDefault("who", Kind.USER, "nobody");
    private static final int MANY = 6;
    private static final int TIMES = 4;

    /** How a user's context comes into the pipeline. */
    enum Way {
        /** By {@code block} in the user's block. */
        BLOCK,
        /** By Reactor's own operator in the user's block, subscribed to within it. */
        CAPTURE,
        /** By what this module writes, subscribed to outside of any block. */
        WRITE,
        /** By a context given to {@code subscribe}. */
        SUBSCRIBE;

        <T> List<T> run(Flux<T> flux, Context user) throws Exception {
            Flux<T> bounded = flux.timeout(Duration.ofSeconds(20));
            return switch (this) {
                case BLOCK -> user.call(() -> bounded.collectList().block());
                case CAPTURE ->
                    user.call(() -> bounded.contextCapture().collectList().toFuture()).get(20, TimeUnit.SECONDS);
                case WRITE -> bounded.contextWrite(ReactorContexts.writing(user)).collectList().toFuture().get(20,
                        TimeUnit.SECONDS);
                case SUBSCRIBE -> user.call(() -> Subscribing.to(bounded)).get(20, TimeUnit.SECONDS);
            };
        }
    }

    private Users() {}

    static String who() {
        return Context.current().get(WHO);
    }

    static Context named(String name) {
        return Context.root().with(WHO, name);
    }

    /** Fails unless whatever the pipeline says is the name of the user who subscribed, or of several times that name. */
    static void each(Way way, Supplier<Flux<String>> pipeline) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(MANY)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                String name = "<user " + i + ">";
                all.add(executor.submit(() -> {
                    for (int time = 0; time < TIMES; time++) {
                        assertThat(way.run(pipeline.get(), named(name))).isNotEmpty()
                                .allSatisfy(seen -> assertThat(seen).isNotEmpty()
                                        .isEqualTo(name.repeat(seen.length() / name.length())));
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof AssertionError seen) {
                        throw seen;
                    }
                    throw e;
                }
            }
            assertThat(executor.submit(Users::who).get()).isEqualTo("nobody");
        }
    }

    /** Looks at the workers themselves: to be called after {@code uninstall}, or each look would bring its own context. */
    static void assertWorkersKeepNobody() throws Exception {
        for (Scheduler scheduler : List.of(Schedulers.parallel(), Schedulers.single(), Schedulers.boundedElastic())) {
            for (int i = 0; i < 50; i++) {
                var seen = new CompletableFuture<String>();
                scheduler.schedule(() -> seen.complete(who()));
                assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo("nobody");
            }
        }
    }
}
