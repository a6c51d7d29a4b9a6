package dev.carrel.session;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

import dev.carrel.error.FailedException;
import dev.carrel.session.store.Encoded;

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

    /**
     * A key of session state whose value starts as {@code initial} is now; stored as JSON of its class. Each session starts with
     * a copy of its own, read from that JSON, so {@code initial} may be a list that can grow.
     *
     * @throws IllegalArgumentException if what {@code initial} is written as does not read back as the same
     */
    public static <T> StateKey<T> of(String name, T initial) {
        return declared(requireName(name), initial);
    }

    private static <T> StateKey<T> declared(String name, T initial) {
        Format<T> format = Format.json(typeOf(initial));
        if (Immutable.holds(initial)) {
            return new StateKey<>(name, Scope.SESSION, format, () -> initial, null);
        }
        try {
            Encoded written = format.encode(name, initial);
            T read = format.decode(name, written);
            // An element of a list or a member of a map is read as JSON has it, and would be of another class than declared.
            if (read.equals(initial) || (read.getClass().getTypeParameters().length == 0
                    && format.encode(name, read).equals(written))) {
                return new StateKey<>(name, Scope.SESSION, format, () -> format.decode(name, written), null);
            }
        } catch (FailedException | JacksonException e) {
            throw new IllegalArgumentException(unreadable(name, initial), e);
        }
        throw new IllegalArgumentException(unreadable(name, initial));
    }

    @SuppressWarnings("unchecked")
    private static <T> Class<T> typeOf(T value) {
        // A constant of an enum may be of a class of its own.
        return (Class<T>) (value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass());
    }

    private static String unreadable(String name, Object initial) {
        return "the default of \"" + name + "\", a " + initial.getClass().getName()
                + ", is not the same once it was written as JSON and read back: name a record or another class that is, "
                + "StateKey.of(\"" + name + "\", Type.class, () -> ...), or give a format of its own, StateKey.of(\""
                + name + "\", Format.of(\"Type\", codec), () -> ...)";
    }

    /**
     * A key of session state whose value starts as what {@code initial} makes, anew for each session: as that is once it was
     * written and read back, so a factory that gives the same object each time shares it with nobody.
     */
    public static <T> StateKey<T> of(String name, Class<T> type, Supplier<T> initial) {
        return of(name, Format.json(type), initial);
    }

    /** A key of session state in a format of its own; {@code initial} as {@link #of(String, Class, Supplier) above}. */
    public static <T> StateKey<T> of(String name, Format<T> format, Supplier<T> initial) {
        Objects.requireNonNull(initial, "initial");
        Objects.requireNonNull(format, "format");
        return new StateKey<>(name, Scope.SESSION, format, () -> copied(name, format, initial.get()), null);
    }

    /** Who can see whether a factory makes a new one each time? So what it gives is never handed out itself. */
    private static <T> T copied(String name, Format<T> format, T made) {
        Objects.requireNonNull(made, "the default of \"" + name + "\"");
        if (Immutable.holds(made)) {
            return made;
        }
        try {
            return format.decode(name, format.encode(name, made));
        } catch (FailedException | JacksonException e) {
            throw new IllegalStateException(unreadable(name, made), e);
        }
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

    /** The value where there is none yet: if it can be changed, one that nobody else has. */
    public T initial() {
        return initial.get();
    }

    @Override
    public String toString() {
        return name;
    }
}
