package dev.carrel.store.jdbc;

import java.util.Optional;

/** Finds what belongs to a key. Thread-safe. */
interface Finder<K, T> {
    /** What there is of it; empty if there is nothing. */
    Optional<T> find(K key);
}
