package dev.carrel.app.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.app.JsonInput;
import dev.carrel.app.Reply;
import dev.carrel.context.Cancellation;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.OverloadedException;
import dev.carrel.error.UnavailableException;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;

/**
 * What an attempt says, on its way to the store. One append is under way at a time; what is said meanwhile waits and goes
 * together, with no timer. What the closing of the turn finds waiting goes with it, in the same write. Bounded: a
 * handler that is quicker than the store waits.
 */
final class ReplyBuffer implements Reply {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyBuffer.class);
    private static final long RETRY_NANOS = 50_000_000L;
    private static final int MAX_WAITING = 64 * 1024;
    private static final int MAX_ANSWER = 4 * 1024 * 1024;

    private final TurnStore turns;
    private final Claim claim;
    private final Questions questions;
    private final Cancellation cancellation;
    private final Executor executor;
    private final Runnable lost;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final List<Event> waiting = new ArrayList<>();
    private final StringBuilder piece = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final List<Answer.Data> data = new ArrayList<>();
    private int waitingLength;
    private int length;
    private int nextIndex;
    private boolean scheduled;
    private boolean appending;
    private boolean sealed;
    private volatile boolean asking;

    /** @param lost is run when the store says that somebody else has the lane */
    ReplyBuffer(Store store, Claim claim, Cancellation cancellation, Executor executor, Runnable lost) {
        this.turns = store.turns();
        this.claim = claim;
        this.questions = new Questions(store, claim);
        this.cancellation = cancellation;
        this.executor = executor;
        this.lost = lost;
    }

    @Override
    public void text(String said) {
        if (said.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            admit(said.length());
            piece.append(said);
            text.append(said);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void data(String name, Object value) {
        String json = JsonInput.write(value);
        lock.lock();
        try {
            admit(json.length());
            closePiece();
            waiting.add(new Event.Data(claim.turn().id(), claim.turn().attempt(), nextIndex++, name, json));
            data.add(new Answer.Data(name, json));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public JsonInput ask(Object question) {
        String json = JsonInput.write(question);
        int ask;
        boolean known;
        lock.lock();
        try {
            admit(json.length());
            closePiece();
            ask = questions.next();
            known = questions.known(ask).isPresent();
            if (!known) {
                var asked = new Event.Asked(claim.turn().id(), claim.turn().attempt(), nextIndex++, ask, json);
                waiting.add(asked);
                data.add(Answer.question(asked));
                asking = true;
            }
        } finally {
            lock.unlock();
        }
        try {
            return new JsonInput(questions.await(ask, cancellation));
        } finally {
            asking = false;
        }
    }

    /** Whether the handler waits for its user. */
    boolean asking() {
        return asking;
    }

    private void admit(int size) {
        while (true) {
            cancellation.throwIfRequested();
            if (sealed) {
                throw new IllegalStateException("the turn has ended: nothing more can be said in it");
            }
            if (waitingLength < MAX_WAITING) {
                break;
            }
            progress.awaitUninterruptibly();
        }
        if (length > MAX_ANSWER - size) {
            throw InvalidInputException.tooLarge(null, "The answer is longer than " + MAX_ANSWER + " characters.");
        }
        length += size;
        waitingLength += size;
        if (!scheduled) {
            scheduled = true;
            executor.execute(this::append);
        }
    }

    private void closePiece() {
        // Half a character waits for its other half: alone it could be neither stored nor sent.
        boolean half = !sealed && !piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1));
        int end = piece.length() - (half ? 1 : 0);
        if (end > 0) {
            waiting.add(
                    new Event.Text(claim.turn().id(), claim.turn().attempt(), nextIndex++, piece.substring(0, end)));
            piece.delete(0, end);
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // Only how much is stored at once depends on the yield.
    private void append() {
        // A handler that says all it has at once is over before this goes on, and the closing takes everything.
        Thread.yield();
        while (true) {
            List<Event> batch;
            lock.lock();
            try {
                closePiece();
                if (waiting.isEmpty() || sealed) {
                    scheduled = false;
                    return;
                }
                batch = List.copyOf(waiting);
                appending = true;
            } finally {
                lock.unlock();
            }
            boolean ours = true;
            boolean stored = false;
            boolean refused = false;
            try {
                ours = turns.append(claim, batch);
                stored = true;
            } catch (UnavailableException | OverloadedException e) {
                // Kept, and tried again: indices make a repeat harmless.
                LOG.warn("turn {}: the store did not take what was said: {}", claim.turn().id(), e.getMessage());
            } catch (RuntimeException | Error e) {
                // Not to be mended by trying again. The closing meets it too, and says what became of the turn.
                LOG.error("turn {}: what was said cannot be stored", claim.turn().id(), e);
                refused = true;
            } finally {
                lock.lock();
                try {
                    if (stored) {
                        waiting.subList(0, batch.size()).clear();
                        waitingLength = piece.length();
                    }
                    appending = false;
                    scheduled = !refused;
                    progress.signalAll();
                } finally {
                    lock.unlock();
                }
            }
            if (!ours) {
                lost.run();
            }
            if (refused) {
                return;
            }
            if (!stored) {
                awaitStore();
            }
        }
    }

    /** Waits a moment for a store that is out of order, or for the end. */
    private void awaitStore() {
        lock.lock();
        try {
            long nanos = RETRY_NANOS;
            while (!sealed && nanos > 0) {
                nanos = progress.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread; the next try is at once.
            LOG.debug("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Wakes whoever waits to say something, so that they see the cancellation. */
    void wake() {
        lock.lock();
        try {
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends it: nothing more can be said. Returns what the store does not have yet. */
    List<Event> seal() {
        lock.lock();
        try {
            sealed = true;
            while (appending) {
                progress.awaitUninterruptibly();
            }
            closePiece();
            progress.signalAll();
            return List.copyOf(waiting);
        } finally {
            lock.unlock();
        }
    }

    /** All that was said. */
    Answer answer() {
        lock.lock();
        try {
            return new Answer(text.toString(), data);
        } finally {
            lock.unlock();
        }
    }
}
