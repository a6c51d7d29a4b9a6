package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

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
import dev.carrel.id.TurnId;
import dev.carrel.interrupt.Handshake;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Locals;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.Work;
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

    /** How an attempt ends. */
    private sealed interface End {
        /** The turn ends with it. */
        record Closing(TurnStatus status, @Nullable Failure failure) implements End {}

        /** The turn is no longer ours: nothing is written. */
        record Lost() implements End {}

        /** The turn is left open, for another attempt. */
        record Left() implements End {}
    }

    private static final End COMMITTED = new End.Closing(TurnStatus.COMMITTED, null);

    private final Store store;
    private final TimeSource time;
    private final PrincipalSeal seal;
    private final Claim claim;
    private final Turn turn;
    private final boolean restartable;
    private final Cancellation.Source cancellation = Cancellation.source();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private final ReplyBuffer reply;
    private final TurnClose close;
    /** Whether the handler has come to its end. */
    private volatile boolean answered;

    /** @param restartable whether another attempt may follow one that is cut off */
    TurnRun(Store store, Turnstiles turnstiles, TimeSource time, PrincipalSeal seal, Claim claim, boolean restartable) {
        this.store = store;
        this.time = time;
        this.seal = seal;
        this.claim = claim;
        this.turn = claim.turn();
        this.restartable = restartable;
        this.reply = new ReplyBuffer(store, claim, cancellation.view(), task -> THREADS.newThread(task).start(),
                this::lost);
        this.close = new TurnClose(store, turnstiles, claim, reply);
    }

    /** The turn is to end, by its owner's will or because a later message takes its place. */
    void stop(TurnStore.Stop asked) {
        stop(new End.Closing(asked.status(), asked.why()), asked.why().message());
    }

    /** A later message takes the turn's place, unless this is the later one's already. */
    void supersededBy(TurnId later) {
        if (!turn.id().equals(later)) {
            stop(new TurnStore.Stop(turn.session(), turn.id(), TurnStatus.INTERRUPTED, TurnStore.superseded()));
        }
    }

    /** Somebody else has the turn, or its session has ended. */
    void lost() {
        stop(new End.Lost(), "the lane was taken over");
    }

    /** The server stops before the handler has. */
    void interrupt() {
        stop(restartable
                ? new End.Left()
                : new End.Closing(TurnStatus.INTERRUPTED,
                        Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered.")),
                "the server stops");
    }

    /** The server is about to stop: a turn that waits for its user can as well wait elsewhere. */
    void interruptIfAsking() {
        if (restartable && reply.asking()) {
            interrupt();
        }
    }

    private void stop(End how, String reason) {
        if (end.complete(how)) {
            cancellation.cancel(reason);
            reply.wake();
        }
    }

    /**
     * Runs the attempt to its end and closes the turn.
     *
     * @param first is done before, as soon as it is certain who asked
     */
    void run(ChatHandler handler, Duration limit, LocalSession here, Consumer<Principal> first) {
        Optional<Principal> principal = seal.open(turn.sealedPrincipal())
                .filter(who -> Owner.of(who).equals(claim.owner()));
        if (principal.isEmpty()) {
            LOG.error("turn {}: its principal was not sealed by our keys, is not the session's owner, or is known no "
                    + "longer; it does not run", turn.id());
            end.complete(new End.Closing(TurnStatus.FAILED,
                    Failure.of(ErrorCode.INTERNAL, "It is no longer certain who asked this. Please ask again.")));
            close(new Work(store, time, turn.session(), claim.owner(), Locals.none()), end.join());
            return;
        }
        first.accept(principal.get());
        try (Lifetime life = Lifetime.begin(Kind.TURN, "turn " + turn.id())) {
            run(handler, limit, life.bind(seal.authority().bind(Context.root(), principal.get())), here);
        }
    }

    private void run(ChatHandler handler, Duration limit, Context owners, LocalSession here) {
        var work = new Work(store, time, turn.session(), here.owner(), here);
        // The session's own lifetime last: its id is a name, which work that outlives it may still say.
        Context context = here.bind(cancellation.bind(work.bind(owners).with(TurnId.KEY, turn.id())
                .withDeadline(Deadline.after(limit, time))));
        var late = new End.Closing(TurnStatus.FAILED,
                Failure.of(ErrorCode.DEADLINE, "The answer took longer than " + limit.toSeconds() + " seconds."));
        // On a thread of its own: what listens to the cancellation is the handler's, and must not hold up the timer.
        TimeSource.Timer deadline = time.after(limit, () -> THREADS.newThread(() -> stop(late, "deadline")).start());
        var handshake = new Handshake();
        Thread thread = THREADS.newThread(context.wrap(() -> handshake.run(() -> answer(handler, late))));
        thread.start();
        End how = end.join();
        deadline.cancel();
        // Not by asking the cancellation, which whoever stops the turn asks for only a moment after this has woken.
        if (!answered) {
            handshake.interrupt();
            reportIfStillRunning(thread);
        }
        close(work, how);
    }

    private void answer(ChatHandler handler, End late) {
        try {
            handler.answer(turn.message(), reply);
            answered = true;
            end.complete(COMMITTED);
        } catch (Throwable thrown) {
            // An Error too: the user is told, whatever it was, and the lane goes on.
            answered = true;
            boolean passed = thrown instanceof DeadlineException && Cancellation.current().late();
            if (end.complete(passed ? late : new End.Closing(TurnStatus.FAILED, Failure.of(thrown)))) {
                close.report(thrown);
            }
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
        switch (how) {
            case End.Lost lost ->
                LOG.warn("turn {}: its lane was taken over; what it did counts for nothing", turn.id());
            case End.Left left -> leave();
            case End.Closing closing ->
                close.close(work, turn.closed(closing.status, reply.answer(), closing.failure), saidLast);
        }
    }

    private void leave() {
        try {
            store.turns().release(claim);
            LOG.info("turn {}: it is left for another attempt", turn.id());
        } catch (CarrelException e) {
            LOG.warn("turn {}: it is left for another attempt, once its lease has lapsed: {}", turn.id(),
                    e.getMessage());
        }
    }
}
