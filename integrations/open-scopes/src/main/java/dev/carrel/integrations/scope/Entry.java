package dev.carrel.integrations.scope;

import org.jspecify.annotations.Nullable;

/** What is on a thread's stack: a scope, or the beginning of a block, which hides the scopes under it. */
sealed interface Entry permits Entry.Block, Opened {
    @Nullable
    Entry outer();

    /** A block that began while scopes were open. */
    record Block(Entry outer) implements Entry {}
}
