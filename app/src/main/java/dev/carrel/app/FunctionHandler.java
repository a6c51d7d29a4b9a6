package dev.carrel.app;

import org.jspecify.annotations.Nullable;

/**
 * A custom endpoint of a session. It sees the very session that the chat handler sees: same principal, same state. It
 * runs beside the session's turns, on the thread of the request.
 */
@FunctionalInterface
public interface FunctionHandler {
    /**
     * Handles one call. When it returns, its state changes are written, all or none; if it throws, nothing changed.
     *
     * @return what to answer, written as JSON; null for nothing
     */
    @Nullable
    Object call(JsonInput input) throws Exception;
}
