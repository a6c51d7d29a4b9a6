package dev.carrel.session;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A typed key of state that the store keeps, with a default and a format. Its values live as long as whose they are, the
 * session's unless the key says otherwise, or as long as its time to live.
 *
 * {@snippet :
 * static final StateKey<Integer> COUNT = StateKey.of("count", 0);
 * static final StateKey<Long> ASKED = StateKey.of("asked", 0L).in(Scope.TENANT);
 *
 * int n = Session.current().update(COUNT, count -> count + 1);
 * State.current().increment(ASKED, 1);
 * }
 *
 * Declare keys as constants; the name is what the store knows it by. Immutable and thread-safe.
 */
public final class StateKey<T> implements Key {
    /** What the names of Carrel's own keys begin with, and no others. */
    private static final String RESERVED = "carrel.";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final String name;
    private final Scope scope;
    private final Format<T> format;
    private final Supplier<T> initial;
    private final @Nullable Duration timeToLive;

    private StateKey(String name, Scope scope, Format<T> format, Supplier<T> initial, @Nullable Duration timeToLive) {
        this.name = requireName(name);
        this.scope = Objects.requireNonNull(scope, "scope");
        this.format = Objects.requireNonNull(format, "format");
        this.initial = Objects.requireNonNull(initial, "initial");
        this.timeToLive = timeToLive;
    }

    static String requireName(String name) {
        requireForm(name);
        if (name.startsWith(RESERVED)) {
            throw new IllegalArgumentException("names that begin with \"" + RESERVED
                    + "\" are Carrel's own: give \"" + name + "\" another");
        }
        return name;
    }

    static String requireForm(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a name must be 1 to 64 of A-Z a-z 0-9 . _ -, not \"" + name + "\"");
        }
        return name;
    }

    /** A key of session state whose value starts as {@code initial}, an immutable value; stored as JSON of its class. */
    @SuppressWarnings("unchecked")
    public static <T> StateKey<T> of(String name, T initial) {
        return of(name, Format.json((Class<T>) initial.getClass()), () -> initial);
    }

    /** A key of session state whose value starts as what {@code initial} makes, anew for each session. */
    public static <T> StateKey<T> of(String name, Class<T> type, Supplier<T> initial) {
        return of(name, Format.json(type), initial);
    }

    /** A key of session state in a format of its own. */
    public static <T> StateKey<T> of(String name, Format<T> format, Supplier<T> initial) {
        return new StateKey<>(name, Scope.SESSION, format, initial, null);
    }

    /** This key, of another scope. */
    public StateKey<T> in(Scope newScope) {
        return new StateKey<>(name, newScope, format, initial, timeToLive);
    }

    /** This key, whose value is back to its default so long after it was last written. */
    public StateKey<T> expiring(Duration newTimeToLive) {
        if (!newTimeToLive.isPositive()) {
            throw new IllegalArgumentException("a time to live is positive, not " + newTimeToLive);
        }
        return new StateKey<>(name, scope, format, initial, newTimeToLive);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public String kind() {
        return "value";
    }

    @Override
    public Optional<Duration> timeToLive() {
        return Optional.ofNullable(timeToLive);
    }

    /** How its values are stored. */
    public Format<T> format() {
        return format;
    }

    /** The value where there is none yet. */
    public T initial() {
        return Objects.requireNonNull(initial.get(), "the default of \"" + name + "\"");
    }

    @Override
    public String toString() {
        return name;
    }
}
