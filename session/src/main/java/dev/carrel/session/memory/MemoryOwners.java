package dev.carrel.session.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.session.Owner;

/** Which sessions of a {@link MemoryStore} are whose. Changed under the lock of the session it is about. Thread-safe. */
final class MemoryOwners {
    /** Each list is used only inside the map's operations on its key. */
    private final ConcurrentHashMap<Owner, List<MemorySession>> owners = new ConcurrentHashMap<>();

    void add(Owner owner, MemorySession session) {
        owners.compute(owner, (same, theirs) -> {
            List<MemorySession> all = theirs == null ? new ArrayList<>(1) : theirs;
            all.add(session);
            return all;
        });
    }

    void remove(Owner owner, MemorySession session) {
        owners.computeIfPresent(owner, (same, theirs) -> {
            theirs.remove(session);
            return theirs.isEmpty() ? null : theirs;
        });
    }

    /** Those of this owner, some of which may be gone by now. */
    List<MemorySession> of(Owner owner) {
        List<MemorySession> found = new ArrayList<>();
        owners.computeIfPresent(owner, (same, theirs) -> {
            found.addAll(theirs);
            return theirs;
        });
        return found;
    }
}
