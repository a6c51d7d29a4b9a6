package dev.carrel.app.engine;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.id.SessionId;
import dev.carrel.session.LocalKey;
import dev.carrel.session.Locals;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.EventLog;
import dev.carrel.time.TimeSource;

/**
 * One session on this node: its lifetime here, what it has here, and how many turns and functions use it now. The lifetime ends
 * when the session has ended or gone to another owner. While nothing uses the session, only those who could still read what was
 * bound within the lifetime hold it; once there is nobody of them and nothing local, the session may be forgotten here, and that
 * is all the same to everybody. Thread-safe.
 */
final class LocalSession implements Locals {
    /** How long a value may take to close. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("session-end-", 0)
            .inheritInheritableThreadLocals(false).factory();

    private final SessionId id;
    private final Owner owner;
    private final TimeSource time;
    private final ReferenceQueue<Lifetime> unread;
    // Guarded by this object's lock, down to the flags that are volatile.
    private Held held;
    /** What {@link #held} refers to, while anything uses the session. */
    private @Nullable Lifetime life;
    private @Nullable LocalValues values;
    private EventLog.@Nullable Subscription news;
    private int users;
    private long lastUsed;
    /** It has ended, or was forgotten: whoever comes now comes to another. */
    private boolean gone;
    /** Also when this one begins to listen: it may have ended just before. */
    private volatile boolean doubtful = true;
    private volatile boolean started;

    /** Held by those who can read what was bound within it. */
    static final class Held extends WeakReference<Lifetime> {
        private final LocalSession session;

        private Held(Lifetime life, LocalSession session) {
            super(life, session.unread);
            this.session = session;
        }

        LocalSession session() {
            return session;
        }
    }

    /** @param unread is told when nobody holds the lifetime any more */
    LocalSession(SessionId id, Owner owner, TimeSource time, ReferenceQueue<Lifetime> unread) {
        this.id = id;
        this.owner = owner;
        this.time = time;
        this.unread = unread;
        this.lastUsed = time.nanoTime();
        Lifetime first = begin();
        this.life = first;
        this.held = new Held(first, this);
    }

    private Lifetime begin() {
        return Lifetime.begin(Kind.SESSION, "session " + id);
    }

    SessionId id() {
        return id;
    }

    Owner owner() {
        return owner;
    }

    /** False if it is another owner's, has ended, or was forgotten. */
    synchronized boolean enter(Owner who) {
        if (gone || !owner.equals(who)) {
            return false;
        }
        users++;
        life();
        return true;
    }

    /** The lifetime, held by this from now on; a new one if nobody holds the former, whose end nobody would notice. */
    private synchronized Lifetime life() {
        Lifetime there = life == null ? held.get() : life;
        if (there == null) {
            there = begin();
            held = new Held(there, this);
        }
        life = there;
        return there;
    }

    synchronized void leave() {
        users--;
        lastUsed = time.nanoTime();
        if (users == 0) {
            life = null;
        }
    }

    /** Forgets it, if nothing is here that its end would matter to; returns whether it is forgotten or has ended. */
    synchronized boolean forget() {
        if (users == 0 && values == null && held.refersTo(null)) {
            gone = true;
            unlisten();
        }
        return gone;
    }

    /**
     * Closes what it has if nothing has used it for so long, and listens no more: if somebody still holds its lifetime, whether
     * it has ended is looked up as often as that.
     */
    synchronized void rest(long now, Duration idle) {
        if (users == 0 && !gone && now - lastUsed >= idle.toNanos()) {
            lastUsed = now;
            unlisten();
            doubtful = true;
            letGo();
        }
    }

    /** Hears, once, of the end of the session. */
    synchronized void listen(EventLog events, Runnable onEnd) {
        if (news != null || gone) {
            return;
        }
        doubtful = true;
        news = events.subscribe(id, new EventLog.Listener() {
            @Override
            public void logged(List<StoredEvent> logged) {
                // Only the end matters here.
            }

            @Override
            public void changed() {
                doubtful = true;
            }

            @Override
            public void ended(String reason) {
                // On a thread of its own: the store is in the middle of ending it.
                THREADS.newThread(onEnd).start();
            }
        });
    }

    private synchronized void unlisten() {
        if (news != null) {
            news.close();
            news = null;
        }
    }

    /** Whether something happened elsewhere that may be its end; asking makes it certain again. */
    boolean doubtful() {
        boolean was = doubtful;
        doubtful = false;
        return was;
    }

    /** It is not certain after all. */
    void doubt() {
        doubtful = true;
    }

    /** Whether its first turn is known to have started. */
    boolean started() {
        return started;
    }

    void hasStarted() {
        started = true;
    }

    /** The context in which values of the session end with it. For whoever uses it. */
    Context bind(Context context) {
        return life().bind(context);
    }

    @Override
    public <T> T local(LocalKey<T> key) {
        return values(key).local(key);
    }

    private synchronized LocalValues values(LocalKey<?> key) {
        if (gone) {
            throw LocalValues.ended(key);
        }
        LocalValues there = values == null ? new LocalValues() : values;
        values = there;
        return there;
    }

    /** The session has ended for this owner; returns the thread that closes what it has, if it has anything. */
    synchronized Optional<Thread> end() {
        gone = true;
        Lifetime ended = life == null ? held.get() : life;
        if (ended != null) {
            ended.end();
        }
        unlisten();
        return letGo();
    }

    private synchronized Optional<Thread> letGo() {
        LocalValues last = values;
        values = null;
        if (last == null) {
            return Optional.empty();
        }
        Thread thread = THREADS.newThread(() -> last.close(id, PATIENCE));
        thread.start();
        return Optional.of(thread);
    }
}
