package dev.carrel.tck.store.history;

import java.util.Objects;

/** What an operation answered. Values are compared with {@code equals}. */
public sealed interface Reply {
    /** Answers without a value. */
    enum Word implements Reply {
        /** It did what it was asked to. */
        DONE,
        /** Something else came first; it changed nothing. */
        CONFLICT,
        /** What it was asked of is not there any more; it changed nothing. */
        GONE;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A value that was read. */
    record Value(Object value) implements Reply {
        public Value {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return value.toString();
        }
    }

    /** The answer that this was read. */
    static Reply of(Object value) {
        return new Value(value);
    }
}
