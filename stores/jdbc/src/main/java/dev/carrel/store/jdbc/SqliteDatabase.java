package dev.carrel.store.jdbc;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;

/** SQLite: one thread that writes, a few that read. */
record SqliteDatabase(Writer writer, Readers readers) implements Database {
    @Override
    public <T extends @Nullable Object> T run(Operation<T> operation) {
        return writer.run(operation);
    }

    @Override
    public <T extends @Nullable Object> T run(Object of, Operation<T> operation) {
        return writer.run(operation);
    }

    @Override
    public <T extends @Nullable Object> T admit(SessionId session, Operation<T> operation) {
        return writer.admit(operation);
    }

    @Override
    public <T extends @Nullable Object> T read(Query<T> query) {
        return readers.run(query);
    }

    @Override
    public <T extends @Nullable Object> T together(Query<T> query) {
        return readers.together(query);
    }
}
