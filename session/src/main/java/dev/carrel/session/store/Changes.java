package dev.carrel.session.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;

/**
 * What a turn or function changes, written in one atomic step or not at all.
 *
 * @param puts new values of the session's own keys, each on condition that nobody else has written the key meanwhile
 * @param operations what the store does itself, in order, to whatever it finds; they meet no conflicts
 */
public record Changes(List<Put> puts, List<Operation> operations) {
    /** Nothing. */
    public static final Changes NONE = new Changes(List.of(), List.of());

    public Changes {
        puts = List.copyOf(puts);
        operations = List.copyOf(operations);
    }

    /**
     * Refuses operations on sessions, for stores that are asked to change what is nobody's session's.
     *
     * @throws IllegalArgumentException if there is one
     */
    public static void requireShared(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.place() instanceof Place.OfSession) {
                throw new IllegalArgumentException("\"" + operation.key()
                        + "\" is of a session: it changes with the session's turns and functions only");
            }
        }
    }

    /**
     * Refuses what a session that ends can no longer change: its own state.
     *
     * @throws IllegalArgumentException if there is any of that
     */
    public void requireFarewell() {
        requireShared(operations);
        if (!puts.isEmpty()) {
            throw new IllegalArgumentException("a session that ends has no state that could still change");
        }
    }

    /**
     * Refuses what is neither this session's, nor its owner's or its owner's tenant's, nor the application's: what works for one
     * user changes nobody else's state, whatever asks it to.
     *
     * @throws IllegalArgumentException if there is any of that; it does not say whose
     */
    public void requireOf(SessionId session, Owner owner) {
        for (Operation operation : operations) {
            boolean its = switch (operation.place()) {
                case Place.OfSession it -> it.session().equals(session);
                case Place.OfUser it -> it.owner().equals(owner);
                case Place.OfTenant it -> it.tenant().equals(owner.tenant());
                case Place.OfApplication it -> true;
            };
            if (!its) {
                throw new IllegalArgumentException("\"" + operation.key() + "\" was to be changed where another "
                        + operation.place().scope().text() + " keeps it: a session changes its own owner's state only");
            }
        }
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return puts.isEmpty() && operations.isEmpty();
    }

    /**
     * A new value of a session's key.
     *
     * @param expected the version that it was derived from; any other version is a conflict
     * @param value null removes it
     * @param timeToLive how long the value holds, from this write; null for as long as its session
     */
    public record Put(String key, long expected, @Nullable Encoded value, @Nullable Duration timeToLive) {}

    /**
     * A change that the store carries out itself. What a write's operations come to counts as one write of each key, unless the
     * key holds afterwards what it held before.
     */
    public sealed interface Operation {
        /** Whose state. */
        Place place();

        /** The name of the key. */
        String key();
    }

    /** Appends an entry to a list; one of that id that is there already stays as it is. */
    public record Append(Place place, String key, String id, Encoded value, Instant at) implements Operation {}

    /** Removes an entry from a list, if it is there. */
    public record RemoveEntry(Place place, String key, String id) implements Operation {}

    /**
     * Adds to a whole number.
     *
     * @param initial the number, for a key that holds none
     * @param by what is added; a sum beyond the range of a {@code long} is refused
     */
    public record Increment(Place place, String key, Encoded initial, long by, @Nullable Duration timeToLive)
            implements
                Operation {}

    /** Writes the value if there is none. */
    public record PutIfAbsent(Place place, String key, Encoded value, @Nullable Duration timeToLive)
            implements
                Operation {}

    /** Removes the value, if there is one. */
    public record Remove(Place place, String key) implements Operation {}

    /**
     * Merges a JSON object into the one that is there, as RFC 7396 says.
     *
     * @param initial the object, for a key that holds none
     * @param patch the object that is merged into it; a member that is null removes the one of its name
     * @param maxLength characters of the result's JSON, at most
     */
    public record Merge(Place place, String key, Encoded initial, String patch, int maxLength,
            @Nullable Duration timeToLive) implements Operation {}
}
