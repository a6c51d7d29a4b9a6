package dev.carrel.store.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Operations that wait, in their order, by the key that they go by. A key is taken while somebody works for it: one at a time.
 * Thread-safe.
 */
final class Waiting {
    private final ConcurrentHashMap<Object, ArrayDeque<Request<?>>> queues = new ConcurrentHashMap<>();
    private final int atOnce;

    /** @param atOnce how many are taken at most */
    Waiting(int atOnce) {
        this.atOnce = atOnce;
    }

    /** Adds it. True if the key was free: then it is taken, and the caller has to see to it that somebody works for it. */
    boolean add(Object of, Request<?> request) {
        boolean[] first = {false};
        queues.compute(of, (same, queue) -> {
            first[0] = queue == null;
            ArrayDeque<Request<?>> behind = queue == null ? new ArrayDeque<>() : queue;
            behind.add(request);
            return behind;
        });
        return first[0];
    }

    /** Removes it, which was withdrawn. */
    void remove(Object of, Request<?> request) {
        queues.computeIfPresent(of, (same, queue) -> {
            queue.remove(request);
            return queue;
        });
    }

    /** How many of this key wait. */
    int size(Object of) {
        var there = new AtomicInteger();
        queues.computeIfPresent(of, (same, queue) -> {
            there.set(queue.size());
            return queue;
        });
        return there.get();
    }

    /** Takes what waits for a key that is taken. If that is nothing, the key is free. */
    List<Request<?>> take(Object of) {
        List<Request<?>> taken = new ArrayList<>();
        queues.computeIfPresent(of, (same, queue) -> {
            while (taken.size() < atOnce && !queue.isEmpty()) {
                Request<?> request = queue.remove();
                if (request.take()) {
                    taken.add(request);
                }
            }
            return taken.isEmpty() ? null : queue;
        });
        return taken;
    }

    /** Takes the riders that wait before anything else. The key stays as it is. */
    List<Request<?>> takeRiders(Object of) {
        List<Request<?>> taken = new ArrayList<>();
        queues.computeIfPresent(of, (same, queue) -> {
            for (Request<?> next = queue.peek(); next != null && next.rides()
                    && taken.size() < atOnce; next = queue.peek()) {
                queue.remove();
                if (next.take()) {
                    taken.add(next);
                }
            }
            return queue;
        });
        return taken;
    }

    /** The first that waits for a key that is taken. If there is none, the key is free. */
    Optional<Request<?>> next(Object of) {
        var first = new AtomicReference<@Nullable Request<?>>();
        queues.computeIfPresent(of, (same, queue) -> {
            first.set(queue.peek());
            return queue.isEmpty() ? null : queue;
        });
        return Optional.ofNullable(first.get());
    }
}
