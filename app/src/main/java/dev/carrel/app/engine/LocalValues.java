package dev.carrel.app.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.carrel.context.Cancellation;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.interrupt.Handshake;
import dev.carrel.session.LocalKey;
import dev.carrel.session.Locals;

/** Live values by their keys, each made once, however many ask for it at once. Thread-safe. */
final class LocalValues implements Locals {
    private static final Logger LOG = LoggerFactory.getLogger(LocalValues.class);

    /** A value that is being made, by this thread, or was. */
    private static final class Making extends FutureTask<Object> {
        /** Not kept longer: a thread that has ended still holds its work, and that its context. */
        private volatile @Nullable Thread maker = Thread.currentThread();

        Making(LocalKey<?> key) {
            super(key::make);
        }

        @Override
        protected void done() {
            maker = null;
        }
    }

    /** A value that is being closed, on a thread of its own. */
    private record Closing(Thread thread, Handshake handshake) {
        static Closing start(String name, Object value) {
            var handshake = new Handshake();
            return new Closing(Thread.ofVirtual().name("close-" + name).inheritInheritableThreadLocals(false)
                    .start(() -> handshake.run(() -> close(name, value))), handshake);
        }
    }

    private final Map<LocalKey<?>, Making> values = new ConcurrentHashMap<>();
    private volatile boolean closed;

    @Override
    public <T> T local(LocalKey<T> key) {
        while (true) {
            if (closed) {
                throw ended(key);
            }
            Making mine = new Making(key);
            Making there = values.putIfAbsent(key, mine);
            Object value = there == null ? make(key, mine) : await(key, there);
            if (value != null) {
                @SuppressWarnings("unchecked")
                T made = (T) value;
                return made;
            }
        }
    }

    private Object make(LocalKey<?> key, Making mine) {
        mine.run();
        if (mine.state() == FutureTask.State.FAILED) {
            values.remove(key, mine);
            throw failure(mine.exceptionNow());
        }
        Object value = mine.resultNow();
        if (closed) {
            // Whoever closes the others may have come before this one was there.
            if (values.remove(key, mine)) {
                close(key.name(), value);
            }
            throw ended(key);
        }
        return value;
    }

    /** Null if whoever makes it has failed: then it is this one's turn. */
    private static @Nullable Object await(LocalKey<?> key, Making there) {
        if (there.maker == Thread.currentThread()) {
            throw new IllegalStateException("the factory of \"" + key + "\" asks for \"" + key + "\" itself");
        }
        try {
            return there.get();
        } catch (ExecutionException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Cancellation.current().throwIfRequested();
            throw new UnavailableException("The work was stopped.");
        }
    }

    private static RuntimeException failure(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException known -> known;
            case Error error -> throw error;
            default -> new IllegalStateException(thrown);
        };
    }

    static IllegalStateException ended(LocalKey<?> key) {
        return new IllegalStateException("\"" + key + "\" is asked for where its session has ended, or is let go of");
    }

    /** Closes all that is there, side by side, and waits for at most so long; nothing more is made. */
    void close(SessionId session, Duration patience) {
        closed = true;
        List<Closing> closing = new ArrayList<>();
        values.forEach((key, making) -> {
            if (making.isDone() && values.remove(key, making) && making.state() == FutureTask.State.SUCCESS
                    && making.resultNow() instanceof AutoCloseable) {
                closing.add(Closing.start(key.name(), making.resultNow()));
            }
        });
        long end = System.nanoTime() + patience.toNanos();
        for (Closing each : closing) {
            try {
                if (!each.thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    LOG.warn("session {}: what it had here does not close within {} s; on thread {}", session,
                            patience.toSeconds(), each.thread.getName());
                    each.handshake.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void close(String name, Object value) {
        if (value instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception | Error e) {
                LOG.error("what a session had under \"{}\" did not close", name, e);
            }
        }
    }
}
