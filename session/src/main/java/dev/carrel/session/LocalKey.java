package dev.carrel.session;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A typed key of something live that a session has on a node, such as an agent with an open connection. It is made when it is
 * first asked for there, in the context of whoever asks, and shared by the session's turns and functions on that node; it is
 * not stored. On another node, and after a restart, it is made again. When the session ends, goes to another owner, or the node
 * lets go of it because nothing has asked for it for a while, it is closed if it is {@link AutoCloseable}.
 *
 * {@snippet :
 * static final LocalKey<Agent> AGENT = LocalKey.of("agent", Agent::new);
 *
 * Session.current().local(AGENT).answer(message.text());
 * }
 *
 * Immutable and thread-safe.
 */
public final class LocalKey<T> implements Key {
    private final String name;
    private final Supplier<T> factory;
    /** What it made last, as long as somebody has it. */
    private volatile WeakReference<T> last = new WeakReference<>(null);

    private LocalKey(String name, Supplier<T> factory) {
        this.name = StateKey.requireName(name);
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /** A key whose values {@code factory} makes, a new one for each session and node. */
    public static <T> LocalKey<T> of(String name, Supplier<T> factory) {
        return new LocalKey<>(name, factory);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Scope scope() {
        return Scope.SESSION;
    }

    @Override
    public String kind() {
        return "local";
    }

    @Override
    public Optional<Duration> timeToLive() {
        return Optional.empty();
    }

    /**
     * A new value.
     *
     * @throws IllegalStateException if the factory gave the one that it gave before: two sessions would share it, and the end of
     *         one would close it for the other. Only the last one is known
     */
    public T make() {
        T made = Objects.requireNonNull(factory.get(), "what the factory of \"" + name + "\" makes");
        if (last.refersTo(made) && !Immutable.holds(made)) {
            throw new IllegalStateException("the factory of \"" + name
                    + "\" gave the same object as before: make a new one for each session, or keep what all share elsewhere");
        }
        last = new WeakReference<>(made);
        return made;
    }

    @Override
    public String toString() {
        return name;
    }
}
