package dev.carrel.session.store;

import java.time.Instant;
import java.util.List;

import dev.carrel.session.Owner;

/** What belongs to users across sessions; it changes with {@link Changes}. */
public interface UserStore {
    /** An entry of a list. */
    record ListEntry(String id, String json, Instant at) {}

    /** The entries of the owner's list, in the order in which they were appended. */
    List<ListEntry> list(Owner owner, String list);
}
