package dev.carrel.session.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Operations;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

/** What is kept under keys in one place. Guarded by whoever has it; takes next to nothing while it is empty. */
final class MemoryPlace {
    /** A key's value, and when it is past its time; null for never. */
    private record Slot(Versioned versioned, @Nullable Instant until) {}

    /** A change with what it wrote. */
    private record Changed(StateStore.Change change, @Nullable Encoded value) {}

    private @Nullable Map<String, Slot> values;
    private @Nullable Map<String, Map<String, StateStore.ListEntry>> lists;
    private @Nullable ArrayDeque<Changed> history;

    Versioned read(String key, Instant now) {
        Slot slot = values == null ? null : values.get(key);
        if (slot == null) {
            return Versioned.NEVER;
        }
        return slot.until != null && !now.isBefore(slot.until)
                ? new Versioned(slot.versioned.version(), null)
                : slot.versioned;
    }

    List<StateStore.ListEntry> list(String key) {
        var entries = lists == null ? null : lists.get(key);
        return entries == null ? List.of() : List.copyOf(entries.values());
    }

    /** The keys that are not at the version that their put expects. */
    Set<String> conflicts(List<Changes.Put> puts) {
        Set<String> conflicts = new HashSet<>();
        for (Changes.Put put : puts) {
            Slot slot = values == null ? null : values.get(put.key());
            if ((slot == null ? 0 : slot.versioned.version()) != put.expected()) {
                conflicts.add(put.key());
            }
        }
        return conflicts;
    }

    /** What the operations on values come to, key by key; refuses before anything is changed. */
    Map<String, Changes.Put> results(List<Changes.Operation> operations, Instant now) {
        Map<String, Changes.Put> results = new LinkedHashMap<>();
        for (Changes.Operation operation : operations) {
            if (operation instanceof Changes.Append || operation instanceof Changes.RemoveEntry) {
                continue;
            }
            Versioned found = read(operation.key(), now);
            Changes.Put before = results.get(operation.key());
            Encoded value = before == null ? found.value() : before.value();
            Encoded result = Operations.apply(operation, value);
            if (!Objects.equals(result, value)) {
                results.put(operation.key(),
                        new Changes.Put(operation.key(), found.version(), result, timeToLive(operation)));
            }
        }
        return results;
    }

    private static @Nullable Duration timeToLive(Changes.Operation operation) {
        return switch (operation) {
            case Changes.Increment it -> it.timeToLive();
            case Changes.PutIfAbsent it -> it.timeToLive();
            case Changes.Merge it -> it.timeToLive();
            default -> null;
        };
    }

    void put(Changes.Put put, String by, Instant now, int remembered) {
        if (values == null) {
            values = new HashMap<>(4);
        }
        Slot old = values.get(put.key());
        long version = (old == null ? 0 : old.versioned.version()) + 1;
        values.put(put.key(), new Slot(new Versioned(version, put.value()),
                put.timeToLive() == null ? null : now.plus(put.timeToLive())));
        if (remembered > 0) {
            if (history == null) {
                history = new ArrayDeque<>(2);
            }
            history.addLast(new Changed(
                    new StateStore.Change(put.key(), version, by, now, put.value() == null), put.value()));
            if (history.size() > remembered) {
                history.removeFirst();
            }
        }
    }

    void changeLists(List<Changes.Operation> operations) {
        for (Changes.Operation operation : operations) {
            switch (operation) {
                case Changes.Append append -> entries(append.key()).putIfAbsent(append.id(),
                        new StateStore.ListEntry(append.id(), append.value(), append.at()));
                case Changes.RemoveEntry remove -> entries(remove.key()).remove(remove.id());
                default -> {
                }
            }
        }
    }

    private Map<String, StateStore.ListEntry> entries(String key) {
        if (lists == null) {
            lists = new HashMap<>(4);
        }
        return lists.computeIfAbsent(key, name -> new LinkedHashMap<>());
    }

    List<StateStore.Change> history(int limit) {
        List<StateStore.Change> newest = new ArrayList<>();
        if (history != null) {
            var backwards = history.descendingIterator();
            while (backwards.hasNext() && newest.size() < limit) {
                newest.add(backwards.next().change());
            }
        }
        return newest;
    }

    Optional<Encoded> valueAt(String key, long version) {
        return history == null
                ? Optional.empty()
                : history.stream().filter(it -> it.change().key().equals(key) && it.change().version() == version)
                        .map(Changed::value).filter(Objects::nonNull).findFirst();
    }

    /** Lets go of values that are past their time; their versions stay. How many they were. */
    int sweep(Instant now) {
        int swept = 0;
        if (values != null) {
            for (var entry : values.entrySet()) {
                Slot slot = entry.getValue();
                if (slot.until != null && !now.isBefore(slot.until)) {
                    entry.setValue(new Slot(new Versioned(slot.versioned.version(), null), null));
                    swept++;
                }
            }
        }
        return swept;
    }

    /** Adds what each key takes up: its number of characters, once for each place. */
    void usage(Usages usages) {
        if (values != null) {
            values.forEach((key, slot) -> {
                Encoded value = slot.versioned.value();
                if (value != null) {
                    usages.add("value", key, value.json().length());
                }
            });
        }
        if (lists != null) {
            lists.forEach((key, entries) -> {
                if (!entries.isEmpty()) {
                    usages.add("list", key,
                            entries.values().stream().mapToLong(it -> it.value().json().length()).sum());
                }
            });
        }
    }

    /** Collects what keys take up. */
    @FunctionalInterface
    interface Usages {
        void add(String kind, String key, long length);
    }

    /** How many keys hold something. */
    int keys() {
        int[] keys = {0};
        usage((kind, key, length) -> keys[0]++);
        return keys[0];
    }
}
