package dev.carrel.store.jdbc;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Operations;
import dev.carrel.session.store.Versioned;

/**
 * What changes of values come to in one place, given what is there. Lists have no part in it. Nothing here knows a database.
 *
 * @param conflicts the keys that are not at the version that their put expects
 * @param values what there is to write, in order
 */
record Effect(Set<String> conflicts, List<Value> values) {
    /** A key's new value; null for none. */
    record Value(String key, long version, @Nullable Encoded encoded, @Nullable Instant until) {
        String type() {
            return encoded == null ? "" : encoded.type();
        }

        int codec() {
            return encoded == null ? 0 : encoded.version();
        }

        @Nullable
        String json() {
            return encoded == null ? null : encoded.json();
        }
    }

    /** Whether the operation is one on a list. */
    static boolean ofList(Changes.Operation operation) {
        return operation instanceof Changes.Append || operation instanceof Changes.RemoveEntry;
    }

    /** The keys of values that these go by. */
    static Set<String> keys(Collection<Changes.Put> puts, Collection<Changes.Operation> operations) {
        Set<String> keys = new LinkedHashSet<>();
        puts.forEach(put -> keys.add(put.key()));
        operations.stream().filter(operation -> !ofList(operation)).forEach(operation -> keys.add(operation.key()));
        return keys;
    }

    /**
     * Finds it out.
     *
     * @param found what those keys hold; one that is missing was never written
     * @param now when that was found
     * @throws dev.carrel.error.InvalidInputException if an operation cannot be done
     */
    static Effect of(List<Changes.Put> puts, List<Changes.Operation> operations, Map<String, Versioned> found,
            Instant now) {
        Set<String> conflicts = new HashSet<>();
        List<Value> values = new ArrayList<>();
        for (Changes.Put put : puts) {
            long version = at(found, put.key()).version();
            if (version != put.expected()) {
                conflicts.add(put.key());
            }
            values.add(new Value(put.key(), version + 1, put.value(), until(now, put.timeToLive())));
        }
        values.addAll(operated(operations, found, now));
        return new Effect(conflicts, values);
    }

    private static Collection<Value> operated(List<Changes.Operation> operations, Map<String, Versioned> found,
            Instant now) {
        Map<String, Value> results = new LinkedHashMap<>();
        for (Changes.Operation operation : operations) {
            if (ofList(operation)) {
                continue;
            }
            String key = operation.key();
            Value before = results.get(key);
            @Nullable
            Encoded value = before != null ? before.encoded() : at(found, key).value();
            @Nullable
            Encoded result = Operations.apply(operation, value);
            if (!Objects.equals(result, value)) {
                results.put(key,
                        new Value(key, at(found, key).version() + 1, result, until(now, timeToLive(operation))));
            }
        }
        return results.values();
    }

    private static Versioned at(Map<String, Versioned> found, String key) {
        return found.getOrDefault(key, Versioned.NEVER);
    }

    private static @Nullable Instant until(Instant now, @Nullable Duration timeToLive) {
        return timeToLive == null ? null : now.plus(timeToLive);
    }

    private static @Nullable Duration timeToLive(Changes.Operation operation) {
        return switch (operation) {
            case Changes.Increment it -> it.timeToLive();
            case Changes.PutIfAbsent it -> it.timeToLive();
            case Changes.Merge it -> it.timeToLive();
            case Changes.Append it -> null;
            case Changes.RemoveEntry it -> null;
            case Changes.Remove it -> null;
        };
    }
}
