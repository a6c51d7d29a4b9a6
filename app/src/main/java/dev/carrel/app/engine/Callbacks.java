package dev.carrel.app.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.interrupt.Handshake;
import dev.carrel.session.Locals;
import dev.carrel.session.Owner;
import dev.carrel.session.Work;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * Runs one callback of a session's listener: as the session's owner, on a thread of its own, for at most so long. What it
 * throws goes to the log, and no further. Thread-safe.
 */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("session-listener-", 0)
            .inheritInheritableThreadLocals(false).factory();
    static final Duration LIMIT = Duration.ofSeconds(10);

    private final Store store;
    private final TimeSource time;
    private final PrincipalSeal seal;
    private final Surroundings surroundings;

    /** What a listener does. */
    @FunctionalInterface
    interface Callback {
        void run() throws Exception;
    }

    Callbacks(Store store, TimeSource time, PrincipalSeal seal, Surroundings surroundings) {
        this.store = store;
        this.time = time;
        this.seal = seal;
        this.surroundings = surroundings;
    }

    /**
     * What it has changed; empty if it failed or took too long.
     *
     * @param here what the session has on this node; null if it has nothing there any more
     */
    Optional<Work> run(String what, SessionId session, Principal who, @Nullable LocalSession here,
            Callback callback) {
        var work = new Work(store, time, session, Owner.of(who), here == null ? Locals.none() : here);
        Cancellation.Source cancellation = Cancellation.source();
        String label = what + " of session " + session;
        try (Lifetime life = Lifetime.begin(Kind.TURN, label)) {
            Context owners = seal.authority().bind(Context.root(), who);
            Context its = surroundings.bind(work.bind(life.bind(owners)));
            Context context = cancellation.bind((here == null ? its : here.bind(its))
                    .withDeadline(Deadline.after(LIMIT, time)));
            var done = new CompletableFuture<Boolean>();
            var handshake = new Handshake();
            Thread thread = THREADS.newThread(context.wrap(() -> handshake.run(() -> {
                done.complete(succeeds(label, callback));
            })));
            TimeSource.Timer limit = time.after(LIMIT, () -> done.complete(false));
            thread.start();
            boolean succeeded = done.join();
            limit.cancel();
            if (succeeded) {
                return Optional.of(work);
            }
            if (thread.isAlive()) {
                cancellation.cancel("it took too long");
                handshake.interrupt();
                var stack = new IllegalStateException("still running here");
                stack.setStackTrace(thread.getStackTrace());
                LOG.warn("{}: its listener failed, or took longer than {} s; what it changed is void", label,
                        LIMIT.toSeconds(), stack);
            }
            return Optional.empty();
        } finally {
            cancellation.close();
        }
    }

    private static boolean succeeds(String label, Callback callback) {
        try {
            callback.run();
            return true;
        } catch (Throwable e) {
            LOG.error("{}: its listener failed; what it changed is void", label, e);
            return false;
        }
    }
}
