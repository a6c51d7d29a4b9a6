package dev.carrel.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.error.InvalidInputException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Operations;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * What one turn or function sees and changes: the buffer behind {@link Session} and {@link State}. Whoever runs the
 * work {@link #bind binds} it, writes its {@link #changes} in one step, and {@link #rebase rebases} it if the store
 * reports that a key was changed in between; in the end it is {@link #committed}. Thread-safe.
 */
public final class Work implements Session {
    /** A key in its scope: two scopes may each have one of a name. */
    private record Name(Scope scope, String name) {}

    private final Store store;
    private final TimeSource time;
    private final SessionId session;
    private final Owner owner;
    private final Locals locals;
    private final LinkedHashMap<Name, Cell<?>> cells = new LinkedHashMap<>();
    private final LinkedHashMap<Name, Map<String, Changes.Operation>> lists = new LinkedHashMap<>();
    private final List<Runnable> afterCommit = new ArrayList<>();

    /** Work in this session, for its owner. */
    public Work(Store store, TimeSource time, SessionId session, Owner owner, Locals locals) {
        this.store = store;
        this.time = time;
        this.session = session;
        this.owner = owner;
        this.locals = locals;
    }

    /** The context in which {@link Session#current()} and {@link State#current()} are this work's. */
    public Context bind(Context context) {
        return context.with(SessionId.KEY, session).with(Session.KEY, this).with(State.KEY, this);
    }

    @Override
    public SessionId id() {
        return session;
    }

    @Override
    public <T> T local(LocalKey<T> key) {
        return locals.local(key);
    }

    private Place place(Scope scope) {
        return switch (scope) {
            case SESSION -> new Place.OfSession(session);
            case USER -> new Place.OfUser(owner);
            case TENANT -> new Place.OfTenant(owner.tenant());
            case APPLICATION -> new Place.OfApplication();
        };
    }

    @SuppressWarnings("unchecked")
    private <T> Cell<T> cell(StateKey<T> key) {
        var name = new Name(key.scope(), key.name());
        Cell<?> known = cells.get(name);
        if (known == null) {
            var read = new Cell<>(key, place(key.scope()), store.state());
            cells.put(name, read);
            return read;
        }
        if (known.key() != key) {
            throw new IllegalStateException("two state keys of scope " + key.scope().text() + " are named \"" + key
                    + "\": declare it once and share it");
        }
        return (Cell<T>) known;
    }

    private static void requireOwn(StateKey<?> key) {
        if (key.scope() != Scope.SESSION) {
            throw new IllegalArgumentException("\"" + key + "\" is of scope " + key.scope().text()
                    + ": others write it at the same time, so it cannot be set or updated, only changed by putIfAbsent, "
                    + "increment, merge and remove");
        }
    }

    @Override
    public synchronized <T> T get(StateKey<T> key) {
        return cell(key).value();
    }

    @Override
    public synchronized <T> void set(StateKey<T> key, T value) {
        requireOwn(key);
        cell(key).set(Objects.requireNonNull(value, "value"));
    }

    @Override
    public synchronized <T> T update(StateKey<T> key, UnaryOperator<T> change) {
        requireOwn(key);
        Cell<T> cell = cell(key);
        // In this context, should it run again: then it runs on the thread that writes, which has none.
        Context context = Context.current();
        cell.update(value -> context.<T, RuntimeException>call(() -> change.apply(value)));
        return cell.value();
    }

    @Override
    public synchronized <T> boolean putIfAbsent(StateKey<T> key, T value) {
        Objects.requireNonNull(value, "value");
        Cell<T> cell = cell(key);
        boolean absent = cell.absent();
        cell.operate(new Changes.PutIfAbsent(cell.place(), key.name(), key.format().encode(key.name(), value),
                key.timeToLive().orElse(null)), found -> found == null ? value : found);
        return absent;
    }

    @Override
    public synchronized void remove(StateKey<?> key) {
        removeFrom(cell(key));
    }

    private static <T> void removeFrom(Cell<T> cell) {
        UnaryOperator<@Nullable T> step = found -> null;
        cell.operate(new Changes.Remove(cell.place(), cell.key().name()), step);
    }

    @Override
    public synchronized long increment(StateKey<Long> key, long by) {
        Cell<Long> cell = cell(key);
        // Before anything is noted: a sum that does not fit changes nothing.
        long sum = Math.addExact(cell.value(), by);
        cell.operate(new Changes.Increment(cell.place(), key.name(),
                key.format().encode(key.name(), key.initial()), by, key.timeToLive().orElse(null)),
                found -> Math.addExact(found == null ? key.initial() : found, by));
        return sum;
    }

    @Override
    public synchronized <T> T merge(StateKey<T> key, Map<String, ? extends @Nullable Object> members) {
        Format<T> format = key.format();
        String patch = Json.MAPPER.writeValueAsString(members);
        Encoded initial = format.encode(key.name(), key.initial());
        if (!Json.MAPPER.readTree(initial.json()).isObject()) {
            throw new IllegalArgumentException("\"" + key + "\" is not stored as a JSON object: it has no members");
        }
        Cell<T> cell = cell(key);
        UnaryOperator<@Nullable T> step = found -> {
            Encoded now = found == null ? initial : format.encode(key.name(), found);
            return format.decode(key.name(),
                    new Encoded(now.type(), now.version(), Operations.merge(now.json(), patch)));
        };
        @Nullable
        Duration timeToLive = key.timeToLive().orElse(null);
        cell.operate(new Changes.Merge(cell.place(), key.name(), initial, patch, format.maxLength(), timeToLive), step);
        return cell.value();
    }

    @Override
    public synchronized <E> Entry<E> append(ListKey<E> list, E value) {
        var entry = new Entry<>(TurnId.random().text(), value, time.now());
        changes(list).put(entry.id(), new Changes.Append(place(list.scope()), list.name(), entry.id(),
                list.format().encode(list.name(), value), entry.at()));
        return entry;
    }

    @Override
    public synchronized <E> List<Entry<E>> list(ListKey<E> list) {
        Map<String, Entry<E>> entries = new LinkedHashMap<>();
        for (var entry : store.state().list(place(list.scope()), list.name())) {
            entries.put(entry.id(),
                    new Entry<>(entry.id(), list.format().decode(list.name(), entry.value()), entry.at()));
        }
        for (var change : changes(list).values()) {
            switch (change) {
                case Changes.Append added -> entries.putIfAbsent(added.id(),
                        new Entry<>(added.id(), list.format().decode(list.name(), added.value()), added.at()));
                case Changes.RemoveEntry removed -> entries.remove(removed.id());
                default -> throw new AssertionError(change);
            }
        }
        return List.copyOf(entries.values());
    }

    @Override
    public synchronized boolean remove(ListKey<?> list, String id) {
        if (list(list).stream().noneMatch(entry -> entry.id().equals(id))) {
            return false;
        }
        changes(list).put(id, new Changes.RemoveEntry(place(list.scope()), list.name(), id));
        return true;
    }

    private Map<String, Changes.Operation> changes(ListKey<?> list) {
        return lists.computeIfAbsent(new Name(list.scope(), list.name()), name -> new LinkedHashMap<>());
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

    /**
     * What there is to write, as it stands.
     *
     * @throws InvalidInputException if a value is longer than its key allows
     */
    public synchronized Changes changes() {
        List<Changes.Put> puts = new ArrayList<>();
        List<Changes.Operation> operations = new ArrayList<>();
        cells.values().forEach(cell -> cell.write(puts, operations));
        lists.values().forEach(changes -> operations.addAll(changes.values()));
        return new Changes(puts, operations);
    }

    /** Reads these keys of the session again and does to their new values what was done to the old ones. */
    public synchronized void rebase(Set<String> conflicts) {
        for (String name : conflicts) {
            Cell<?> cell = cells.get(new Name(Scope.SESSION, name));
            if (cell != null) {
                cell.rebase();
            }
        }
    }
}
