package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.ChatHandler;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.context.Principal;
import dev.carrel.error.CarrelException;
import dev.carrel.error.DeadlineException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/**
 * One attempt of one turn: runs the handler on a thread of its own, in the context of whoever asked, and closes the turn.
 * The lane waits for whichever comes first: the handler's end, the owner's stop, the deadline. So a handler that does not
 * heed its interrupt holds up nobody; it is reported, and nothing that it still says or changes counts.
 */
final class TurnRun {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRun.class);
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("turn-", 0)
            .inheritInheritableThreadLocals(false)
            .factory();
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How it ended; {@code lost} closes nothing, since the turn is no longer ours. */
    private record End(TurnStatus status, @Nullable Failure failure, boolean lost) {
        static final End COMMITTED = new End(TurnStatus.COMMITTED, null, false);
        static final End LOST = new End(TurnStatus.INTERRUPTED, null, true);
    }

    private final Store store;
    private final TimeSource time;
    private final PrincipalSeal seal;
    private final Claim claim;
    private final Turn turn;
    private final Cancellation.Source cancellation = Cancellation.source();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final ReplyBuffer reply;
    /** Whether the handler has come to its end. */
    private volatile boolean answered;

    TurnRun(Store store, TimeSource time, PrincipalSeal seal, Claim claim) {
        this.store = store;
        this.time = time;
        this.seal = seal;
        this.claim = claim;
        this.turn = claim.turn();
        this.reply = new ReplyBuffer(store.turns(), claim, cancellation.view(), task -> THREADS.newThread(task).start(),
                () -> stop(End.LOST, "the lane was taken over"));
    }

    /** The owner's stop. */
    void cancel() {
        stop(new End(TurnStatus.CANCELLED, Failure.of(ErrorCode.CANCELLED, "You stopped this answer."), false),
                "stopped");
    }

    /** The server stops before the handler has. */
    void interrupt() {
        stop(new End(TurnStatus.INTERRUPTED, Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered."),
                false), "the server stops");
    }

    private void stop(End how, String reason) {
        if (end.complete(how)) {
            cancellation.cancel(reason);
            reply.wake();
        }
    }

    /** Runs the attempt to its end and closes the turn. */
    void run(ChatHandler handler, Duration limit) {
        Optional<Principal> principal = seal.open(turn.sealedPrincipal());
        if (principal.isEmpty()) {
            LOG.error("turn {}: its principal was not sealed by our keys; it does not run", turn.id());
            end.complete(new End(TurnStatus.FAILED,
                    Failure.of(ErrorCode.INTERNAL, "It is no longer certain who asked this. Please ask again."),
                    false));
            close(new Work(store, time, turn.session(), new Owner("", "")), end.join());
            return;
        }
        try (Lifetime life = Lifetime.begin(Kind.TURN, "turn " + turn.id())) {
            run(handler, limit, life.bind(seal.authority().bind(Context.root(), principal.get())),
                    Owner.of(principal.get()));
        }
    }

    private void run(ChatHandler handler, Duration limit, Context owners, Owner owner) {
        var work = new Work(store, time, turn.session(), owner);
        Context context = cancellation.bind(work.bind(owners).with(TurnId.KEY, turn.id())
                .withDeadline(Deadline.after(limit, time)));
        var late = new End(TurnStatus.FAILED,
                Failure.of(ErrorCode.DEADLINE, "The answer took longer than " + limit.toSeconds() + " seconds."),
                false);
        // On a thread of its own: what listens to the cancellation is the handler's, and must not hold up the timer.
        TimeSource.Timer deadline = time.after(limit, () -> THREADS.newThread(() -> stop(late, "deadline")).start());
        Thread thread = THREADS.newThread(context.wrap(() -> answer(handler, late)));
        thread.start();
        End how = end.join();
        deadline.cancel();
        // Not by asking the cancellation, which whoever stops the turn asks for only a moment after this has woken.
        if (!answered) {
            thread.interrupt();
            reportIfStillRunning(thread);
        }
        close(work, how);
    }

    private void answer(ChatHandler handler, End late) {
        try {
            handler.answer(turn.message(), reply);
            answered = true;
            end.complete(End.COMMITTED);
        } catch (Throwable thrown) {
            // An Error too: the user is told, whatever it was, and the lane goes on.
            answered = true;
            boolean passed = thrown instanceof DeadlineException && Cancellation.current().late();
            if (end.complete(passed ? late : new End(TurnStatus.FAILED, Failure.of(thrown), false))) {
                report(thrown);
            }
        }
    }

    private void report(Throwable thrown) {
        if (thrown instanceof CarrelException known && known.code() != ErrorCode.INTERNAL
                && known.code() != ErrorCode.MISSING_CONTEXT) {
            LOG.info("turn {} failed: {}", turn.id(), known.code().text());
        } else {
            LOG.error("turn {} failed", turn.id(), thrown);
        }
    }

    private void reportIfStillRunning(Thread thread) {
        time.after(PATIENCE, () -> {
            if (thread.isAlive()) {
                var stack = new IllegalStateException("still running here");
                stack.setStackTrace(thread.getStackTrace());
                LOG.warn("turn {}: its handler did not stop within {} s of being asked to", turn.id(),
                        PATIENCE.toSeconds(), stack);
            }
        });
    }

    private void close(Work work, End how) {
        List<Event> saidLast = reply.seal();
        if (how.lost) {
            LOG.warn("turn {}: its lane was taken over; what it did counts for nothing", turn.id());
            return;
        }
        Turn closed = turn.closed(how.status, reply.answer(), how.failure);
        for (int rebases = 0;; rebases++) {
            Changes changes;
            try {
                changes = closed.status() == TurnStatus.COMMITTED ? work.changes() : Changes.NONE;
            } catch (RuntimeException | Error e) {
                report(e);
                closed = turn.closed(TurnStatus.FAILED, reply.answer(), Failure.of(e));
                changes = Changes.NONE;
            }
            TurnStore.Closed result;
            try {
                result = closePersistently(closed, saidLast, changes);
            } catch (RuntimeException | Error e) {
                if (closed.status() == TurnStatus.FAILED && saidLast.isEmpty()) {
                    throw e;
                }
                // The store refuses it for good. Left open, it would block the session as long as this node lives.
                report(e);
                closed = turn.closed(TurnStatus.FAILED, Answer.EMPTY, Failure.of(ErrorCode.INTERNAL,
                        "The answer could not be stored."));
                saidLast = List.of();
                continue;
            }
            if (result.done()) {
                afterClose(work, closed);
                return;
            }
            if (result.lost()) {
                LOG.info("turn {}: it or its lane is gone; what it did counts for nothing", turn.id());
                return;
            }
            try {
                if (rebases == Engine.MAX_REBASES) {
                    throw new UnavailableException("The state of this session changes too quickly.");
                }
                work.rebase(result.conflicts());
            } catch (RuntimeException | Error e) {
                report(e);
                closed = turn.closed(TurnStatus.FAILED, reply.answer(), Failure.of(e));
            }
        }
    }

    private void afterClose(Work work, Turn closed) {
        if (closed.status() == TurnStatus.COMMITTED) {
            try {
                work.committed();
            } catch (RuntimeException | Error e) {
                LOG.error("turn {} is committed; what was to follow failed", turn.id(), e);
            }
        }
    }

    /** As long as the store is out of order the turn stays open, and its owner sees it running. */
    private TurnStore.Closed closePersistently(Turn closed, List<Event> saidLast, Changes changes) {
        for (long wait = 50;; wait = Math.min(2_000, wait * 2)) {
            try {
                return store.turns().close(claim, closed, saidLast, changes);
            } catch (UnavailableException | OverloadedException e) {
                LOG.warn("turn {}: the store does not close it yet: {}", turn.id(), e.getMessage());
                try {
                    Thread.sleep(wait);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    throw new CancellationException("stopped while the store was out of order");
                }
            }
        }
    }
}
