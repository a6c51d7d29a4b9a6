package dev.carrel.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.error.CarrelException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.EventLog;

/**
 * What the nodes on one PostgreSQL tell each other: that there is something to read, never what. It goes out after the
 * commit, many wake-ups in one {@code NOTIFY}, because PostgreSQL commits transactions that notify one after the other. It
 * comes in on one connection of this node. A wake-up may be lost; so every second this node also compares, in one query,
 * the logs that somebody here listens to with what it knows of them. Thread-safe.
 */
final class Wakeups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wakeups.class);
    /** A payload must be shorter than 8000 bytes; a wake-up is about forty, in ASCII. */
    private static final int PAYLOAD = 7_900;
    /** How many wait to be sent at most; more than that are left to be found. */
    private static final int WAITING = 20_000;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Database database;
    private final DataSource source;
    private final String channel;
    private final EventHub hub;
    private final Runnable revoked;
    private final String me = NodeId.random().text();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition something = lock.newCondition();
    private final Set<Wakeup> waiting = new LinkedHashSet<>();
    private final ConcurrentHashMap<SessionId, Seen> seen = new ConcurrentHashMap<>();
    private final List<Runnable> stops = new CopyOnWriteArrayList<>();
    private final Thread sender = thread("carrel-store-notifier", this::send);
    private final Thread listener = thread("carrel-store-listener", this::listen);
    private volatile boolean closing;
    private volatile boolean listening;
    private volatile @Nullable Connection ear;

    /** What this node knows of a session that somebody here listens to. */
    private record Seen(long head, Owner owner) {}

    /**
     * @param source connections of its own to listen on
     * @param channel the channel that all nodes on this store share
     * @param revoked reads what credentials were withdrawn
     */
    Wakeups(Database database, DataSource source, String channel, EventHub hub, Runnable revoked) {
        this.database = database;
        this.source = source;
        this.channel = channel;
        this.hub = hub;
        this.revoked = revoked;
    }

    private static Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().name(name).daemon().inheritInheritableThreadLocals(false).unstarted(work);
    }

    void start() {
        sender.start();
        listener.start();
    }

    /** Whether this node hears the others at this moment. */
    boolean listening() {
        return listening;
    }

    /** This node has logged events up to this number, and told its own listeners. */
    void logged(SessionId session, long head) {
        seen.computeIfPresent(session, (id, known) -> new Seen(Math.max(head, known.head()), known.owner()));
        wake(Wakeup.changed(session));
    }

    /** Has this called when another node has asked a turn to stop, and when such a thing may have been missed. */
    EventLog.Subscription onStop(Runnable look) {
        stops.add(look);
        return () -> stops.remove(look);
    }

    /** Has the other nodes look, soon and unless something goes wrong. */
    void wake(Wakeup wakeup) {
        lock.lock();
        try {
            if (waiting.size() < WAITING && waiting.add(wakeup)) {
                something.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void send() {
        while (!closing) {
            try {
                for (String payload : payloads(taken())) {
                    database.read(sql -> sql.list("SELECT pg_notify(?, ?)", row -> true, channel, payload));
                }
            } catch (InterruptedException onlyCloseInterrupts) {
                return;
            } catch (CarrelException e) {
                LOG.debug("Others were not woken; they will find it", e);
            }
        }
    }

    private List<Wakeup> taken() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                something.await();
            }
            List<Wakeup> taken = List.copyOf(waiting);
            waiting.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<String> payloads(List<Wakeup> wakeups) {
        List<String> payloads = new ArrayList<>();
        var payload = new StringBuilder(me);
        for (Wakeup wakeup : wakeups) {
            String text = wakeup.toString();
            if (payload.length() + 1 + text.length() > PAYLOAD) {
                payloads.add(payload.toString());
                payload = new StringBuilder(me);
            }
            payload.append(' ').append(text);
        }
        payloads.add(payload.toString());
        return payloads;
    }

    private void listen() {
        long pause = 0;
        while (!closing) {
            try (Connection connection = source.getConnection()) {
                ear = connection;
                try (var statement = connection.createStatement()) {
                    statement.execute("LISTEN \"" + channel + "\"");
                }
                listening = true;
                pause = 0;
                // Whatever happened while nobody listened.
                hub.changed();
                look();
                stop();
                hear(connection.unwrap(PGConnection.class));
            } catch (SQLException e) {
                LOG.debug("Nobody listens to the other nodes; looking every second", e);
            } finally {
                listening = false;
            }
            pause = Math.min(LONGEST_PAUSE.toMillis(), Math.max(100, pause * 2));
            if (closing || paused(pause)) {
                return;
            }
            look();
        }
    }

    private static boolean paused(long millis) {
        try {
            Thread.sleep(millis);
            return false;
        } catch (InterruptedException onlyCloseInterrupts) {
            return true;
        }
    }

    private void hear(PGConnection connection) throws SQLException {
        long looked = System.nanoTime();
        while (!closing) {
            PGNotification[] heard = connection.getNotifications((int) LOOK.toMillis());
            if (heard != null) {
                for (PGNotification notification : heard) {
                    heard(notification.getParameter());
                }
            }
            if (System.nanoTime() - looked >= LOOK.toNanos()) {
                look();
                looked = System.nanoTime();
            }
        }
    }

    private void heard(String payload) {
        String[] parts = payload.split(" ", -1);
        if (parts[0].equals(me)) {
            return;
        }
        for (int i = 1; i < parts.length; i++) {
            Wakeup.parse(parts[i]).ifPresent(this::woken);
        }
    }

    private void woken(Wakeup wakeup) {
        if (wakeup.equals(Wakeup.REVOKED)) {
            unlessUnavailable(revoked);
            return;
        }
        if (wakeup.equals(Wakeup.STOP)) {
            stop();
            return;
        }
        var session = new SessionId(wakeup.session());
        if (wakeup.isChange()) {
            hub.changed(session);
        } else {
            hub.ended(session, wakeup.what());
        }
    }

    /** Looks at what somebody here listens to, and at what was withdrawn. */
    private void look() {
        unlessUnavailable(revoked);
        Set<SessionId> subscribed = hub.followed();
        seen.keySet().retainAll(subscribed);
        if (!subscribed.isEmpty()) {
            unlessUnavailable(() -> compare(subscribed));
        }
    }

    private void compare(Set<SessionId> subscribed) {
        String[] ids = subscribed.stream().map(SessionId::text).toArray(String[]::new);
        Set<SessionId> gone = new LinkedHashSet<>(subscribed);
        database.read(sql -> sql.list("""
                SELECT id, head, tenant, owner FROM session WHERE id = ANY (?) AND ending IS NULL""", row -> {
            var session = new SessionId(row.text(1));
            gone.remove(session);
            return compare(session, new Seen(row.number(2), new Owner(row.text(3), row.text(4))));
        }, (Object) ids));
        for (SessionId session : gone) {
            hub.ended(session, database.read(sql -> sql.first("SELECT reason FROM ended WHERE id = ?",
                    row -> row.text(1), session.text())).orElse("deleted"));
        }
    }

    private boolean compare(SessionId session, Seen now) {
        Seen known = seen.put(session, now);
        if (known != null && !known.owner().equals(now.owner())) {
            hub.ended(session, "moved");
        } else if (known == null || known.head() < now.head()) {
            hub.changed(session);
        }
        return true;
    }

    private void stop() {
        for (Runnable look : stops) {
            try {
                look.run();
            } catch (RuntimeException e) {
                LOG.error("Who was to look at what is to stop has failed", e);
            }
        }
    }

    private static void unlessUnavailable(Runnable look) {
        try {
            look.run();
        } catch (CarrelException e) {
            LOG.debug("Not looked", e);
        }
    }

    @Override
    public void close() {
        closing = true;
        sender.interrupt();
        listener.interrupt();
        Connection open = ear;
        if (open != null) {
            // A thread of the platform that waits for a socket knows no interrupts.
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("Not aborted; it ends within a second", e);
            }
        }
        Ending.await(List.of(sender, listener));
    }
}
