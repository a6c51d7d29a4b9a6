package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

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
 * when the session has ended or gone to another owner; if the node merely lets go of what it has, what still runs there goes
 * on. Thread-safe.
 */
final class LocalSession implements Locals {
    /** How long a value may take to close. */
    static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final ThreadFactory THREADS = Thread.ofVirtual().name("session-end-", 0)
            .inheritInheritableThreadLocals(false).factory();

    private final SessionId id;
    private final Owner owner;
    private final TimeSource time;
    private final Lifetime life;
    private final LocalValues values = new LocalValues();
    private final AtomicBoolean listening = new AtomicBoolean();
    private volatile EventLog.@Nullable Subscription news;
    /** At first, too: it may have ended just before this one listened. */
    private volatile boolean doubtful = true;
    private volatile boolean started;
    private int users;
    private long lastUsed;
    private boolean retired;

    LocalSession(SessionId id, Owner owner, TimeSource time) {
        this.id = id;
        this.owner = owner;
        this.time = time;
        this.life = Lifetime.begin(Kind.SESSION, "session " + id);
        this.lastUsed = time.nanoTime();
    }

    SessionId id() {
        return id;
    }

    Owner owner() {
        return owner;
    }

    /** False if it is another owner's, has ended, or was let go. */
    synchronized boolean enter(Owner who) {
        if (retired || life.ended() || !owner.equals(who)) {
            return false;
        }
        users++;
        return true;
    }

    synchronized void leave() {
        users--;
        lastUsed = time.nanoTime();
    }

    /** Retires it if nothing uses it, for so long. */
    synchronized boolean retire(long now, Duration idle) {
        if (users == 0 && now - lastUsed >= idle.toNanos()) {
            retired = true;
        }
        return retired;
    }

    /** Hears, once, of the end of the session. */
    void listen(EventLog events, Runnable onEnd) {
        if (!listening.compareAndSet(false, true)) {
            return;
        }
        EventLog.Subscription subscription = events.subscribe(id, new EventLog.Listener() {
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
        news = subscription;
        if (life.ended()) {
            subscription.close();
        }
    }

    /** Whether something happened elsewhere that may be its end; asking makes it certain again. */
    boolean doubtful() {
        boolean was = doubtful;
        doubtful = false;
        return was;
    }

    /** Whether its first turn is known to have started. */
    boolean started() {
        return started;
    }

    void hasStarted() {
        started = true;
    }

    /** The context in which values of the session end with it. */
    Context bind(Context context) {
        return life.bind(context);
    }

    @Override
    public <T> T local(LocalKey<T> key) {
        return values.local(key);
    }

    /** The session has ended for this owner; returns the thread that closes what it has. */
    Thread end() {
        life.end();
        return letGo();
    }

    /** Closes what it has; returns the thread that does. */
    Thread letGo() {
        EventLog.Subscription subscription = news;
        if (subscription != null) {
            subscription.close();
        }
        Thread thread = THREADS.newThread(() -> values.close(id, PATIENCE));
        thread.start();
        return thread;
    }
}
