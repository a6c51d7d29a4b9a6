package dev.carrel.session;

/** What a session has on this node under its {@link LocalKey}s. Implementations are thread-safe. */
public interface Locals {
    /** What there is under this key, made now if there is nothing. */
    <T> T local(LocalKey<T> key);

    /** Nothing, and nothing can be made. */
    static Locals none() {
        return new Locals() {
            @Override
            public <T> T local(LocalKey<T> key) {
                throw new IllegalStateException("there is nothing local here, where \"" + key + "\" was asked for");
            }
        };
    }
}
