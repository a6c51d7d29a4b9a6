package dev.carrel.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A typed key of a {@link Context}. Compared by identity: two keys of one name are two keys, so a library cannot read or
 * overwrite another's value by guessing a name.
 *
 * {@snippet :
 * static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
 * static final ContextKey<List<String>> DRAFT = ContextKey.<List<String>>builder("draft", Kind.TURN)
 *         .copy(ArrayList::new).build();
 *
 * Context.current().with(COURSE, "chemistry").run(() -> teach());
 * }
 *
 * Declare keys as static constants: each takes a slot for the life of the process, and a class that declares the same name
 * a second time is refused. Values should be immutable; one of a type that is known to be mutable (a list that can grow, an
 * array, a date) is refused unless the key says how it is copied. Instances are immutable and thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // arrays of this process are indexed by it; nothing is stored
public final class ContextKey<T> {
    private static final AtomicInteger SLOTS = new AtomicInteger();
    private static final StackWalker CALLER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    /** By declaring class, so that a class loader can be collected with its keys' names. */
    private static final ClassValue<Set<String>> DECLARED = new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
            return ConcurrentHashMap.newKeySet();
        }
    };

    /** Replaced as a whole; names are few, and read with every hop where a bridge shows them. */
    private static volatile List<String> loggableNames = List.of();

    private final String name;
    private final String declaredIn;
    private final Kind kind;
    private final boolean identity;
    private final boolean loggable;
    private final @Nullable T defaultValue;
    private final Crossing<T>[] crossings;
    private final int bits;
    private final boolean copied;
    private final @Nullable RemoteForm<T> remote;
    private final int slot;

    /** How a value is written for another process, and read there. */
    public record RemoteForm<T>(Function<T, String> encode, Function<String, T> decode) {
        public RemoteForm {
            Objects.requireNonNull(encode, "encode");
            Objects.requireNonNull(decode, "decode");
        }
    }

    private ContextKey(Builder<T> builder) {
        this.name = builder.name;
        this.declaredIn = builder.declaring.getName();
        this.kind = builder.kind;
        this.identity = builder.identity;
        this.loggable = builder.loggable;
        this.remote = builder.remote;
        this.crossings = builder.crossings();
        int differing = 0;
        for (Boundary boundary : Boundary.values()) {
            differing |= crossings[boundary.ordinal()].isShare() ? 0 : boundary.bit();
        }
        this.bits = differing;
        this.copied = builder.copied;
        this.defaultValue = builder.defaultValue;
        // A copy rule does not help: it works at boundaries, and the default is read on either side of all of them.
        if (defaultValue != null && MutableTypes.holds(defaultValue)) {
            throw new IllegalArgumentException("the default of \"" + name + "\" is a "
                    + defaultValue.getClass().getName()
                    + ", which all who read it would share and could change: use an "
                    + "immutable value (List.copyOf, a record), or none");
        }
        // Last, so that a key which is refused has taken neither the name nor a slot.
        if (!DECLARED.get(builder.declaring).add(name)) {
            throw new IllegalArgumentException("the context key \"" + name + "\" is declared twice in " + declaredIn
                    + ": declare it once, as a static constant, or give the second another name");
        }
        this.slot = SLOTS.getAndIncrement();
        if (loggable) {
            addLoggableName(name);
        }
    }

    private static synchronized void addLoggableName(String name) {
        if (!loggableNames.contains(name)) {
            List<String> more = new ArrayList<>(loggableNames);
            more.add(name);
            loggableNames = List.copyOf(more);
        }
    }

    /** The names of all loggable keys that were declared so far: what a bridge to a logging library has to keep clean. */
    public static List<String> loggableNames() {
        return loggableNames;
    }

    /**
     * A key without a default: reading it where it is not bound is an explained error.
     *
     * @throws IllegalArgumentException if the calling class has declared this name before
     */
    public static <T> ContextKey<T> of(String name, Kind kind) {
        return new Builder<T>(name, kind, CALLER.getCallerClass()).build();
    }

    /**
     * A key that reads as {@code defaultValue} where it is not bound.
     *
     * @throws IllegalArgumentException if the calling class has declared this name before
     */
    public static <T> ContextKey<T> withDefault(String name, Kind kind, T defaultValue) {
        return new Builder<T>(name, kind, CALLER.getCallerClass()).defaultValue(defaultValue).build();
    }

    /** A key with more to say: what happens at each boundary, in logs, on the wire. */
    public static <T> Builder<T> builder(String name, Kind kind) {
        return new Builder<>(name, kind, CALLER.getCallerClass());
    }

    /** A key that only an {@link Authority} may bind. */
    static <T> ContextKey<T> identity(String name, Kind kind) {
        var builder = new Builder<T>(name, kind, CALLER.getCallerClass());
        builder.identity = true;
        return builder.build();
    }

    /** The name, for messages; it has no other meaning. */
    public String name() {
        return name;
    }

    /** How long a value of this key lives. */
    public Kind kind() {
        return kind;
    }

    /** What happens to a value at this boundary. */
    public Crossing<T> crossing(Boundary boundary) {
        return crossings[boundary.ordinal()];
    }

    /** Whether a value may be shown in logs, diagnostics and explanations. */
    public boolean loggable() {
        return loggable;
    }

    /** How a value travels to another process; empty unless that was declared. */
    public Optional<RemoteForm<T>> remoteForm() {
        return Optional.ofNullable(remote);
    }

    /** The name of the class that declared it. */
    String declaredIn() {
        return declaredIn;
    }

    Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    boolean isIdentity() {
        return identity;
    }

    /** The boundaries at which something else than sharing happens. */
    int bits() {
        return bits;
    }

    int slot() {
        return slot;
    }

    /** Refuses a value that two threads could change under each other. */
    void requireKeepable(@Nullable T value) {
        if (!copied && value != null && MutableTypes.holds(value)) {
            throw new IllegalArgumentException("\"" + name + "\" was to be bound to a " + value.getClass().getName()
                    + ", which can be changed by whoever shares it: bind an immutable value (List.copyOf, a record), or "
                    + "declare how it is copied (ContextKey.builder(...).copy(...))");
        }
    }

    @Override
    public String toString() {
        return name;
    }

    /** Declares a key. Not thread-safe. */
    public static final class Builder<T> {
        private final String name;
        private final Kind kind;
        private final Class<?> declaring;
        private final Map<Boundary, Crossing<T>> declared = new EnumMap<>(Boundary.class);
        private @Nullable T defaultValue;
        private @Nullable RemoteForm<T> remote;
        private boolean identity;
        private boolean loggable;
        private boolean copied;

        private Builder(String name, Kind kind, Class<?> declaring) {
            this.name = Objects.requireNonNull(name, "name");
            this.kind = Objects.requireNonNull(kind, "kind");
            this.declaring = declaring;
            if (name.isBlank()) {
                throw new IllegalArgumentException("a context key needs a name");
            }
        }

        /** What the key reads as where it is not bound: the same for everybody, so of no type that is known to be mutable. */
        public Builder<T> defaultValue(T value) {
            this.defaultValue = Objects.requireNonNull(value, "value");
            return this;
        }

        /** What happens at this boundary. */
        public Builder<T> crossing(Boundary boundary, Crossing<T> crossing) {
            Objects.requireNonNull(crossing, "crossing");
            if (Objects.requireNonNull(boundary, "boundary") == Boundary.REMOTE) {
                throw new IllegalArgumentException("\"" + name + "\" goes to another process only in a declared form: "
                        + "remote(encode, decode)");
            }
            declared.put(boundary, crossing);
            return this;
        }

        /**
         * At every boundary within the process that clears by default nothing, the other side gets a copy. Allows values
         * of mutable types.
         */
        public Builder<T> copy(UnaryOperator<T> copy) {
            Crossing<T> crossing = Crossing.copy(copy);
            for (Boundary boundary : Boundary.values()) {
                if (boundary.standard(kind).isShare()) {
                    declared.putIfAbsent(boundary, crossing);
                }
            }
            copied = true;
            return this;
        }

        /** Lets values be shown in logs and explanations: for ids and names, never for content. */
        public Builder<T> loggable() {
            this.loggable = true;
            return this;
        }

        /** Lets values go to another process, in a {@code ContextCodec} that allows this key. */
        public Builder<T> remote(Function<T, String> encode, Function<String, T> decode) {
            this.remote = new RemoteForm<>(encode, decode);
            declared.put(Boundary.REMOTE, Crossing.share());
            return this;
        }

        /**
         * The key.
         *
         * @throws IllegalArgumentException if the declaring class has declared this name before, or if the default is of
         *         a type that is known to be mutable
         */
        public ContextKey<T> build() {
            return new ContextKey<>(this);
        }

        @SuppressWarnings("unchecked")
        private Crossing<T>[] crossings() {
            var all = new Crossing<?>[Boundary.values().length];
            Arrays.setAll(all, at -> {
                Boundary boundary = Boundary.values()[at];
                Crossing<T> crossing = declared.get(boundary);
                return crossing != null ? crossing : boundary.standard(kind);
            });
            return (Crossing<T>[]) all;
        }
    }
}
