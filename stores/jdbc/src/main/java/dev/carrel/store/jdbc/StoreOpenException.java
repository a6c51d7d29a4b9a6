package dev.carrel.store.jdbc;

import org.jspecify.annotations.Nullable;

/** The store cannot be opened. The message is one line for whoever started the program: what is wrong and what to do. */
public final class StoreOpenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreOpenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
