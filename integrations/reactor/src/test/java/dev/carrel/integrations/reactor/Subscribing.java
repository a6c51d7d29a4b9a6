package dev.carrel.integrations.reactor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;

/** Subscribes with functions; each of them is to run as whoever subscribed. */
final class Subscribing {
    private Subscribing() {}

    static <T> CompletableFuture<List<T>> to(Flux<T> flux) {
        String me = Users.who();
        List<T> all = new CopyOnWriteArrayList<>();
        var result = new CompletableFuture<List<T>>();
        flux.subscribe(each -> {
            assertThat(Users.who()).isEqualTo(me);
            all.add(each);
        }, result::completeExceptionally, () -> {
            assertThat(Users.who()).isEqualTo(me);
            result.complete(all);
        }, ReactorContexts.captured());
        return result;
    }
}
