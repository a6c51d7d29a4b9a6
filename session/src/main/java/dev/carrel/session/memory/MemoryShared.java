package dev.carrel.session.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.time.TimeSource;

/** What users, tenants and the application keep in a {@link MemoryStore}: behind one lock. Thread-safe. */
final class MemoryShared {
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Place, MemoryPlace> places = new HashMap<>();

    MemoryShared(TimeSource time) {
        this.time = time;
    }

    <R extends @Nullable Object> R locked(Function<Map<Place, MemoryPlace>, R> body) {
        lock.lock();
        try {
            return body.apply(places);
        } finally {
            lock.unlock();
        }
    }

    /** Carries out these operations, those on sessions left out: all of them, or none if one is refused. */
    void apply(List<Changes.Operation> operations) {
        Map<Place, List<Changes.Operation>> byPlace = new LinkedHashMap<>();
        for (Changes.Operation operation : operations) {
            if (!(operation.place() instanceof Place.OfSession)) {
                byPlace.computeIfAbsent(operation.place(), place -> new ArrayList<>()).add(operation);
            }
        }
        if (byPlace.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            Instant now = time.now();
            Map<MemoryPlace, Map<String, Changes.Put>> results = new LinkedHashMap<>();
            byPlace.forEach((place, its) -> {
                MemoryPlace kept = places.computeIfAbsent(place, key -> new MemoryPlace());
                results.put(kept, kept.results(its, now));
            });
            results.forEach((kept, puts) -> puts.values().forEach(put -> kept.put(put, "", now, 0)));
            byPlace.forEach((place, its) -> places.computeIfAbsent(place, key -> new MemoryPlace()).changeLists(its));
        } finally {
            lock.unlock();
        }
    }
}
