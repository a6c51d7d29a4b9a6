package dev.carrel.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.Versioned;
import dev.carrel.time.TimeSource;

/**
 * What one turn or function sees and changes: the buffer behind {@link Session} and {@link UserData}. Whoever runs the
 * work {@link #bind binds} it, writes its {@link #changes} in one step, and {@link #rebase rebases} it if the store
 * reports that a key was changed in between; in the end it is {@link #committed}. Thread-safe.
 */
public final class Work implements Session, UserData {
    /** A key's value as it was read, and what was done to it since: either replaced once, or changed step by step. */
    private static final class Cell<T> {
        final StateKey<T> key;
        long version;
        @Nullable
        T value;
        boolean changed;
        boolean removed;
        final List<UnaryOperator<T>> steps = new ArrayList<>();
        boolean replaced;

        Cell(StateKey<T> key, Optional<Versioned> stored) {
            this.key = key;
            read(stored);
        }

        void read(Optional<Versioned> stored) {
            version = stored.map(Versioned::version).orElse(0L);
            value = stored.map(Versioned::json).filter(json -> !json.isEmpty()).map(key.codec()::decode)
                    .orElseGet(key::initial);
        }

        T value() {
            return Objects.requireNonNull(value);
        }
    }

    private final Store store;
    private final TimeSource time;
    private final SessionId session;
    private final Owner owner;
    private final Map<String, Cell<?>> cells = new HashMap<>();
    private final LinkedHashMap<String, Changes.ListChange> lists = new LinkedHashMap<>();

    private final List<Runnable> afterCommit = new ArrayList<>();

    /** Work in this session, for its owner. */
    public Work(Store store, TimeSource time, SessionId session, Owner owner) {
        this.store = store;
        this.time = time;
        this.session = session;
        this.owner = owner;
    }

    /** The context in which {@link Session#current()} and {@link UserData#current()} are this work's. */
    public Context bind(Context context) {
        return context.with(SessionId.KEY, session).with(Session.KEY, this).with(UserData.KEY, this);
    }

    @Override
    public SessionId id() {
        return session;
    }

    @Override
    public synchronized <T> T get(StateKey<T> key) {
        return cell(key).value();
    }

    @Override
    public synchronized <T> void set(StateKey<T> key, T value) {
        Cell<T> cell = cell(key);
        cell.value = Objects.requireNonNull(value, "value");
        cell.changed = true;
        cell.removed = false;
        cell.replaced = true;
        cell.steps.clear();
    }

    @Override
    public synchronized <T> T update(StateKey<T> key, UnaryOperator<T> change) {
        Cell<T> cell = cell(key);
        cell.value = Objects.requireNonNull(change.apply(cell.value()), "the changed value of " + key);
        cell.changed = true;
        cell.removed = false;
        if (!cell.replaced) {
            // In this context, should it run again: then it runs on the thread that writes, which has none.
            Context context = Context.current();
            cell.steps.add(value -> context.<T, RuntimeException>call(() -> change.apply(value)));
        }
        return cell.value();
    }

    @Override
    public synchronized void remove(StateKey<?> key) {
        removeCell(cell(key));
    }

    private static <T> void removeCell(Cell<T> cell) {
        cell.value = cell.key.initial();
        cell.changed = true;
        cell.removed = true;
        cell.replaced = true;
        cell.steps.clear();
    }

    @SuppressWarnings("unchecked")
    private <T> Cell<T> cell(StateKey<T> key) {
        Cell<?> known = cells.get(key.name());
        if (known == null) {
            Cell<T> read = new Cell<>(key, store.sessions().state(session, key.name()));
            cells.put(key.name(), read);
            return read;
        }
        if (known.key != key) {
            throw new IllegalStateException(
                    "two state keys are named \"" + key.name() + "\": declare it once and share it");
        }
        return (Cell<T>) known;
    }

    @Override
    public synchronized void afterCommit(Runnable action) {
        afterCommit.add(Context.current().wrap(action));
    }

    /** To be called once the changes are written. */
    public void committed() {
        List<Runnable> actions;
        synchronized (this) {
            actions = List.copyOf(afterCommit);
            afterCommit.clear();
        }
        actions.forEach(Runnable::run);
    }

    @Override
    public List<Turn> history(int limit) {
        return store.turns().committed(session, limit);
    }

    @Override
    public synchronized <E> Entry<E> append(ListKey<E> list, E value) {
        var entry = new Entry<>(TurnId.random().text(), value, time.now());
        lists.put(list.name() + "/" + entry.id(),
                new Changes.Append(owner, list.name(), entry.id(), list.codec().encode(value), entry.at()));
        return entry;
    }

    @Override
    public synchronized <E> List<Entry<E>> list(ListKey<E> list) {
        Map<String, Entry<E>> entries = new LinkedHashMap<>();
        for (var entry : store.users().list(owner, list.name())) {
            entries.put(entry.id(), new Entry<>(entry.id(), list.codec().decode(entry.json()), entry.at()));
        }
        for (var change : lists.values()) {
            if (change.list().equals(list.name())) {
                switch (change) {
                    case Changes.Append added -> entries.putIfAbsent(added.id(),
                            new Entry<>(added.id(), list.codec().decode(added.json()), added.at()));
                    case Changes.Remove removed -> entries.remove(removed.id());
                }
            }
        }
        return List.copyOf(entries.values());
    }

    @Override
    public synchronized boolean remove(ListKey<?> list, String id) {
        if (list(list).stream().noneMatch(entry -> entry.id().equals(id))) {
            return false;
        }
        lists.put(list.name() + "/" + id, new Changes.Remove(owner, list.name(), id));
        return true;
    }

    /** What there is to write, as it stands. */
    public synchronized Changes changes() {
        List<Changes.StateChange> state = new ArrayList<>();
        for (Cell<?> cell : cells.values()) {
            if (cell.changed) {
                state.add(new Changes.StateChange(cell.key.name(), cell.version, encoded(cell)));
            }
        }
        return new Changes(state, List.copyOf(lists.values()));
    }

    private static <T> @Nullable String encoded(Cell<T> cell) {
        return cell.removed ? null : cell.key.codec().encode(cell.value());
    }

    /** Reads these keys again and does to their new values what was done to the old ones. */
    public synchronized void rebase(Set<String> conflicts) {
        for (String name : conflicts) {
            Cell<?> cell = cells.get(name);
            if (cell != null) {
                rebase(cell);
            }
        }
    }

    private <T> void rebase(Cell<T> cell) {
        T replacement = cell.value();
        cell.read(store.sessions().state(session, cell.key.name()));
        if (cell.replaced) {
            cell.value = replacement;
        } else {
            for (UnaryOperator<T> step : cell.steps) {
                cell.value = Objects.requireNonNull(step.apply(cell.value()), "the changed value of " + cell.key);
            }
        }
    }
}
