package dev.carrel.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import dev.carrel.batch.Attributes;
import dev.carrel.error.NotFoundException;
import dev.carrel.error.UnavailableException;
import dev.carrel.time.TimeSource;

/** The endpoints by their names, which come, make room for others and go while they are called. Thread-safe. */
final class Places {
    /** How long the end waits for callers who still decode or encode. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final TimeSource time;
    /** Replaced, never changed. */
    private volatile Map<String, Place> places = Map.of();
    /** Those that have made room and still have something to answer. */
    private final Set<Place> leaving = ConcurrentHashMap.newKeySet();
    private boolean closed;

    Places(TimeSource time) {
        this.time = time;
    }

    /** What is done with an endpoint. */
    @FunctionalInterface
    interface Use<E extends Endpoint, T> {
        T of(E endpoint) throws InterruptedException;
    }

    /** The names, in the order in which they came. */
    List<String> names() {
        return new ArrayList<>(places.keySet());
    }

    /** Whether there is one of this kind under the name. */
    boolean has(String name, Class<? extends Endpoint> kind) {
        Place place = places.get(name);
        return place != null && kind.isInstance(place.endpoint());
    }

    /**
     * Has these run, and answer to their names from then on; what has had one of the names ends once its callers are answered.
     *
     * @throws IllegalStateException if one of them cannot be set up; then nothing has changed
     */
    void load(Map<String, Endpoint.Declared> declared) {
        Map<String, Place> loaded = new LinkedHashMap<>();
        try {
            declared.forEach((name, model) -> loaded.put(name, new Place(model.start(time))));
            change(loaded, Set.of());
        } catch (RuntimeException | Error e) {
            loaded.values().forEach(Place::close);
            loaded.values().forEach(place -> place.release(System.nanoTime()));
            throw e;
        }
    }

    /** Nobody finds it any more; it ends once its callers are answered. False if there is none. */
    boolean unload(String name) {
        return change(Map.of(), Set.of(name)) > 0;
    }

    private synchronized int change(Map<String, Place> more, Set<String> fewer) {
        if (closed) {
            throw new UnavailableException("The server is stopping.");
        }
        Map<String, Place> next = new LinkedHashMap<>(places);
        List<Place> gone = new ArrayList<>();
        fewer.forEach(name -> gone.add(next.remove(name)));
        more.forEach((name, place) -> gone.add(next.put(name, place)));
        gone.removeAll(Collections.singleton(null));
        places = Collections.unmodifiableMap(next);
        leaving.addAll(gone);
        gone.forEach(this::makeRoom);
        return gone.size();
    }

    private void makeRoom(Place place) {
        Thread.ofVirtual().name("model-leaves-" + place.endpoint().name()).inheritInheritableThreadLocals(false)
                .start(() -> {
                    try {
                        place.makeRoom();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        leaving.remove(place);
                    }
                });
    }

    /**
     * Uses the endpoint of this name, which stays for as long.
     *
     * @throws NotFoundException as {@code missing} makes it, if there is none of this kind
     */
    <T> T use(String name, Class<? extends Endpoint> kind, Supplier<NotFoundException> missing, Use<Endpoint, T> use) {
        Place place = enter(name, kind, missing);
        try {
            return use.of(place.endpoint());
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            place.exit();
        }
    }

    /** As {@link #use}, but for a stream, which uses it until it is closed. */
    PieceStream open(String name, Supplier<NotFoundException> missing, Use<Endpoint.Streams<?, ?>, PieceStream> use) {
        Place place = enter(name, Endpoint.Streams.class, missing);
        try {
            return use.of((Endpoint.Streams<?, ?>) place.endpoint()).onClose(place::exit);
        } catch (InterruptedException e) {
            place.exit();
            throw interrupted();
        } catch (RuntimeException | Error e) {
            place.exit();
            throw e;
        }
    }

    /** Asks it, whether it answers at once or piece by piece; a stream uses it until it is closed. */
    ModelAnswer ask(String name, Supplier<NotFoundException> missing, JsonInput request, Attributes attributes) {
        // One look at who is there: between two, one kind may have made room for the other.
        Place place = enter(name, Endpoint.class, missing);
        boolean kept = false;
        try {
            switch (place.endpoint()) {
                case Endpoint.Calls<?, ?> calls -> {
                    return new ModelAnswer.Whole(calls.call(request, attributes));
                }
                case Endpoint.Streams<?, ?> streams -> {
                    PieceStream stream = streams.open(request, attributes).onClose(place::exit);
                    kept = true;
                    return new ModelAnswer.Pieces(stream);
                }
                case EmbeddingEndpoint embedding -> throw missing.get();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            if (!kept) {
                place.exit();
            }
        }
    }

    /**
     * Whether it can be called now; not if all is closed.
     *
     * @throws NotFoundException as {@code missing} makes it, if there is none
     */
    boolean up(String name, Supplier<NotFoundException> missing) {
        return await(asked(name, missing));
    }

    /** Whether each can be called now: all are asked before any is waited for. Leaves out those that go meanwhile. */
    Map<String, Boolean> up(Supplier<NotFoundException> missing) {
        Map<String, Endpoint.Up> asked = new LinkedHashMap<>();
        for (String name : names()) {
            try {
                asked.put(name, asked(name, missing));
            } catch (NotFoundException e) {
                // It has gone since its name was read.
            }
        }
        Map<String, Boolean> up = new LinkedHashMap<>();
        asked.forEach((name, answer) -> up.put(name, await(answer)));
        up.keySet().retainAll(places.keySet());
        return up;
    }

    private Endpoint.Up asked(String name, Supplier<NotFoundException> missing) {
        try {
            return use(name, Endpoint.class, missing, Endpoint::up);
        } catch (UnavailableException e) {
            return () -> false;
        }
    }

    private static boolean await(Endpoint.Up answer) {
        try {
            return answer.await();
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private Place enter(String name, Class<? extends Endpoint> kind, Supplier<NotFoundException> missing) {
        while (true) {
            Place place = places.get(name);
            if (place == null || !kind.isInstance(place.endpoint())) {
                throw missing.get();
            }
            if (place.enter()) {
                return place;
            }
            // It has made room meanwhile: whoever has its name now was there before it did.
        }
    }

    private static UnavailableException interrupted() {
        Thread.currentThread().interrupt();
        return new UnavailableException("The server is stopping.");
    }

    /** Answers what waits, and lets go of all; of a model that somebody still uses after a while, that one does. */
    void close() {
        List<Place> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(places.values());
            all.addAll(leaving);
        }
        all.forEach(Place::close);
        long end = System.nanoTime() + PATIENCE.toNanos();
        all.forEach(place -> place.release(end));
    }
}
