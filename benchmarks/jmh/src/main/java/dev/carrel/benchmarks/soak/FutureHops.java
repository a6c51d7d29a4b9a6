package dev.carrel.benchmarks.soak;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;

import dev.carrel.concurrent.ContextFuture;

/** Futures: what one user registers, another completes, in the middle of their own work. */
final class FutureHops implements AutoCloseable {
    private final ExecutorService pool;

    FutureHops(Watched watched) {
        pool = watched.pool("soak-future-", 2, 10_000);
    }

    List<Hop> all() {
        return List.of(new Hop("future: dependents, completed by another", round -> {
            var future = new ContextFuture<User>();
            complete(round, future, round.each(() -> future.thenApply(completer -> round.errand())));
        }), new Hop("future: async dependents, the same", round -> {
            var future = new ContextFuture<User>();
            complete(round, future, round.each(() -> future.thenApplyAsync(completer -> round.errand(), pool)));
        }), new Hop("future: of a foreign one, the same", round -> {
            var foreign = new CompletableFuture<User>();
            var future = ContextFuture.of(foreign);
            complete(round, foreign, round.each(() -> future.handle((completer, failure) -> round.errand())));
        }), new Hop("future: supplied, then composed", round -> round.join(round.each(
                () -> ContextFuture.supplyAsync(round::errand, pool)
                        .thenCompose(user -> ContextFuture.supplyAsync(round::errand, pool))))),
                new Hop("future: a chain that waits for another", this::chain));
    }

    private static void complete(Round round, CompletableFuture<User> future,
            List<? extends CompletableFuture<User>> dependents) throws Exception {
        User other = round.another();
        other.context().run(() -> future.complete(other));
        round.join(dependents);
    }

    /** Each stage is registered by this user and run by whoever gets there. */
    private void chain(Round round) throws Exception {
        var first = new ContextFuture<User>();
        ContextFuture<User> last = first;
        for (int i = 0; i < Round.SIZE; i++) {
            last = i % 2 == 0
                    ? last.thenApply(user -> round.errand())
                    : last.thenApplyAsync(user -> round.errand(), pool);
        }
        Consumer<User> completer = user -> user.context().run(() -> first.complete(user));
        pool.execute(() -> completer.accept(round.another()));
        round.join(List.of(last));
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
