package dev.carrel.web;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was found out lately, so that it need not be found out again: of so many keys at least, of twice as many at most. What
 * was not asked for among as many others is forgotten. Thread-safe.
 */
final class Recent<K, V> {
    private final int many;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private volatile Map<K, V> old = Map.of();

    /** @param many of how many keys at least */
    Recent(int many) {
        this.many = many;
    }

    Optional<V> get(K key) {
        V there = young.get(key);
        if (there != null) {
            return Optional.of(there);
        }
        Optional<V> older = Optional.ofNullable(old.get(key));
        older.ifPresent(value -> put(key, value));
        return older;
    }

    void put(K key, V value) {
        if (young.size() >= many) {
            age();
        }
        young.put(key, value);
    }

    private synchronized void age() {
        if (young.size() >= many) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
