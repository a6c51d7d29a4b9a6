package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.SessionId;
import dev.carrel.session.DeclaredKey;
import dev.carrel.session.store.EventHub;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.StateStore;

/** What the keys of a store take up, read beside whoever uses it. */
public final class StoreUsage {
    private StoreUsage() {}

    /**
     * What each key takes up.
     *
     * @throws ArchiveException if the store cannot be read
     */
    public static List<StateStore.Usage> of(StoreLocation store) {
        try (StoreView view = StoreView.open(store)) {
            return state(view).usage();
        }
    }

    /**
     * The keys that the application had declared when it was last started on this store; empty if there were none.
     *
     * @throws ArchiveException if the store cannot be read
     */
    public static List<DeclaredKey> declared(StoreLocation store) {
        try (StoreView view = StoreView.open(store)) {
            return DeclaredKey.left(state(view));
        }
    }

    private static StateStore state(StoreView view) {
        var only = new Only(view);
        return new JdbcState(only, new Publisher(new EventHub(), null), Retention.DEFAULT,
                only.finder(StateCell::find));
    }

    /** A database of which there are only reads. */
    private record Only(StoreView view) implements Database {
        @Override
        public <T extends @Nullable Object> T run(Operation<T> operation) {
            throw new IllegalStateException("it is only read");
        }

        @Override
        public <T extends @Nullable Object> T run(Object of, Operation<T> operation) {
            return run(operation);
        }

        @Override
        public <T extends @Nullable Object> T admit(SessionId session, Operation<T> operation) {
            return run(operation);
        }

        @Override
        public <T extends @Nullable Object> T read(Query<T> query) {
            try {
                return query.run(view.reading());
            } catch (SQLException e) {
                throw ArchiveException.of(view.location(), "read", e);
            }
        }

        @Override
        public <T extends @Nullable Object> T together(Query<T> query) {
            return read(query);
        }
    }
}
