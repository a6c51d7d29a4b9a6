package dev.carrel.session.store;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Owner;

/** What a turn or function changes, written in one atomic step or not at all. */
public record Changes(List<StateChange> state, List<ListChange> lists) {
    /** Nothing. */
    public static final Changes NONE = new Changes(List.of(), List.of());

    public Changes {
        state = List.copyOf(state);
        lists = List.copyOf(lists);
    }

    /** Whether there is nothing to write. */
    public boolean isEmpty() {
        return state.isEmpty() && lists.isEmpty();
    }

    /**
     * A new value of a session's key.
     *
     * @param expected the version that it was derived from; any other version is a conflict
     * @param json the value; null removes it
     */
    public record StateChange(String key, long expected, @Nullable String json) {}

    /** A change of a user's list, which the store carries out itself. */
    public sealed interface ListChange {
        /** Whose list. */
        Owner owner();

        /** The list's name. */
        String list();

        /** The entry's id within the list. */
        String id();
    }

    /** Appends an entry; one of that id that is there already stays as it is. */
    public record Append(Owner owner, String list, String id, String json, Instant at) implements ListChange {}

    /** Removes an entry, if it is there. */
    public record Remove(Owner owner, String list, String id) implements ListChange {}
}
