package dev.carrel.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.EventLog;

/**
 * One reader's way through a session's log: first what is there after the number it names, then what comes. It goes by
 * the numbers alone, so it misses nothing and hands out nothing twice. A reader that is slower than the log is not
 * waited for: it falls back to reading, and if it is slower than the log forgets, it is {@link #missed told}. To be used by one thread; {@link #wake} and {@link #end} by any.
 */
public final class EventStream implements AutoCloseable {
    private static final int READ = 256;
    private static final int AHEAD = 1024;
    /** Characters: a reader that stands still holds no more than this of what others have seen long ago. */
    private static final int AHEAD_LENGTH = 1_000_000;

    private final EventLog log;
    private final SessionId session;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<StoredEvent> ahead = new ArrayDeque<>();
    private final EventLog.Subscription subscription;
    private long cursor;
    private int aheadLength;
    private boolean behind = true;
    private boolean woken;
    private boolean missed;
    private @Nullable String ended;

    private EventStream(EventLog log, SessionId session, long after) {
        this.log = log;
        this.session = session;
        this.cursor = after;
        this.subscription = log.subscribe(session, new Tail());
    }

    /**
     * A stream of what comes after {@code after}; empty if the log cannot go on from there (another epoch, a number beyond
     * its end, one that was trimmed): the reader needs a snapshot.
     *
     * @param after null to start with the session's first event
     */
    public static Optional<EventStream> open(EventLog log, SessionId session, @Nullable EventId after) {
        EventLog.Range range = log.range(session).orElseThrow(Sessions::unknown);
        long number = after == null ? 0 : after.number();
        boolean known = after == null || after.epoch().equals(range.epoch());
        return known && number >= range.first() - 1 && number <= range.last()
                ? Optional.of(new EventStream(log, session, number))
                : Optional.empty();
    }

    /**
     * Waits for events, at most this long. An empty list says only that it is time to look around: nothing came,
     * {@link #wake} was called, or the stream has {@link #ended}.
     */
    public List<StoredEvent> next(Duration wait) throws InterruptedException {
        return next(wait.toNanos());
    }

    /**
     * As {@link #next(Duration)}, waiting until there is something or {@link #wake} is called. For readers that are woken
     * now and then anyway: a wait with a limit sets a timer each time, which costs more than what it waits for.
     */
    public List<StoredEvent> next() throws InterruptedException {
        return next(Long.MAX_VALUE);
    }

    @SuppressWarnings("ThreadPriorityCheck") // Only what is sent together depends on the yield, never what is sent.
    private List<StoredEvent> next(long wait) throws InterruptedException {
        long nanos = wait;
        boolean waited = false;
        lock.lockInterruptibly();
        try {
            while (nothingNew()) {
                if (nanos <= 0) {
                    return List.of();
                }
                waited = true;
                if (wait == Long.MAX_VALUE) {
                    news.await();
                } else {
                    nanos = news.awaitNanos(nanos);
                }
            }
        } finally {
            lock.unlock();
        }
        if (waited) {
            // What is about to be logged by threads that are ready to run goes with what woke this one, and is sent once.
            Thread.yield();
        }
        return take();
    }

    private boolean nothingNew() {
        return !behind && ahead.isEmpty() && ended == null && !woken && !missed;
    }

    private List<StoredEvent> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            woken = false;
            if (!behind || ended != null) {
                return drain();
            }
            // Cleared before reading: what is logged meanwhile is either read below or found to leave a gap.
            behind = false;
            forget();
        } finally {
            lock.unlock();
        }
        List<StoredEvent> read = log.read(session, cursor, READ);
        lock.lock();
        try {
            if (missed || (!read.isEmpty() && read.getFirst().id().number() > cursor + 1)) {
                missed = true;
                return List.of();
            }
            if (!read.isEmpty()) {
                cursor = read.getLast().id().number();
            }
            behind |= read.size() == READ;
            return read;
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        ahead.clear();
        aheadLength = 0;
    }

    private List<StoredEvent> drain() {
        List<StoredEvent> events = new ArrayList<>(ahead.size());
        for (StoredEvent event : ahead) {
            if (event.id().number() == cursor + 1) {
                events.add(event);
                cursor++;
            } else if (event.id().number() > cursor) {
                behind = true;
                break;
            }
        }
        forget();
        return events;
    }

    /** Why the session is over for this reader; empty while it is not. */
    public Optional<String> ended() {
        lock.lock();
        try {
            return Optional.ofNullable(ended);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether the log has dropped events before this reader came to them. Nothing more is handed out: the reader needs a snapshot,
     * and another stream from there.
     */
    public boolean missed() {
        lock.lock();
        try {
            return missed;
        } finally {
            lock.unlock();
        }
    }

    /** Makes {@link #next} return, so that the reader looks around. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the stream, for this reason, after what was logged before. */
    public void end(String reason) {
        lock.lock();
        try {
            ended = ended == null ? reason : ended;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        subscription.close();
    }

    private final class Tail implements EventLog.Listener {
        @Override
        public void logged(List<StoredEvent> events) {
            lock.lock();
            try {
                int length = aheadLength;
                for (StoredEvent event : events) {
                    length += event.json().length();
                }
                if (ahead.size() + events.size() > AHEAD || length > AHEAD_LENGTH) {
                    forget();
                    behind = true;
                } else if (!behind) {
                    ahead.addAll(events);
                    aheadLength = length;
                }
                news.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void changed() {
            lock.lock();
            try {
                behind = true;
                news.signal();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void ended(String reason) {
            end(reason);
        }
    }
}
