package dev.carrel.integrations.scope;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.spi.BindingListener;
import dev.carrel.context.spi.OpenScopes;

/** The provider of open scopes, found by {@link java.util.ServiceLoader}. */
public final class ThreadScopes implements OpenScopes {
    /** For the loader. */
    public ThreadScopes() {}

    @Override
    public @Nullable Context current() {
        return Stack.current();
    }

    @Override
    public @Nullable Object blockBegins() {
        return Stack.blockBegins();
    }

    @Override
    public void blockEnds(@Nullable Object hidden, BindingListener.Undo listeners) {
        Stack.blockEnds(hidden, listeners);
    }
}
