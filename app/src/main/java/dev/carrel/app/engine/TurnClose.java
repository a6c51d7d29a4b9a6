package dev.carrel.app.engine;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.CarrelException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.Work;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;

/** Brings the end of an attempt into the store: its last words, its changes and its closing event, in one write. */
final class TurnClose {
    private static final Logger LOG = LoggerFactory.getLogger(TurnClose.class);

    private final Store store;
    private final Claim claim;
    private final Turn turn;
    private final ReplyBuffer reply;
    private final Turnstiles turnstiles;

    TurnClose(Store store, Turnstiles turnstiles, Claim claim, ReplyBuffer reply) {
        this.store = store;
        this.turnstiles = turnstiles;
        this.claim = claim;
        this.turn = claim.turn();
        this.reply = reply;
    }

    /** Logs why it failed, as loudly as it deserves. */
    void report(Throwable thrown) {
        if (thrown instanceof CarrelException known && known.code() != ErrorCode.INTERNAL
                && known.code() != ErrorCode.MISSING_CONTEXT) {
            LOG.info("turn {} failed: {}", turn.id(), known.code().text());
        } else {
            LOG.error("turn {} failed", turn.id(), thrown);
        }
    }

    /** Writes it, for as long as it takes; a turn that cannot be written as it ended fails. */
    void close(Work work, Turn ended, List<Event> unsaid) {
        Optional<Turn> closed;
        try (var pass = turnstiles.pass(turn.session())) {
            closed = write(work, ended, unsaid, pass);
        }
        closed.ifPresent(it -> afterClose(work, it));
    }

    /** As it was closed; empty if it was lost. */
    private Optional<Turn> write(Work work, Turn ended, List<Event> unsaid, Turnstiles.Pass pass) {
        Turn closed = ended;
        List<Event> saidLast = unsaid;
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
                return Optional.of(closed);
            }
            if (result.lost()) {
                LOG.info("turn {}: it or its lane is gone; what it did counts for nothing", turn.id());
                return Optional.empty();
            }
            try {
                if (rebases == Engine.MAX_REBASES) {
                    throw new UnavailableException("The state of this session changes too quickly.");
                }
                pass.enter();
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
