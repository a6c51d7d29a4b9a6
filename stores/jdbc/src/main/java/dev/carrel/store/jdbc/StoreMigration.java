package dev.carrel.store.jdbc;

import java.nio.file.Files;

import dev.carrel.time.TimeSource;

/** Brings a store to this version's schema, as a server that opens it does. */
public final class StoreMigration {
    private StoreMigration() {}

    /**
     * What became of the schema.
     *
     * @param from its version before; 0 if there was no store
     * @param to its version since
     */
    public record Result(int from, int to) {}

    /**
     * Does it; a store that is not there is made.
     *
     * @throws ArchiveException if it cannot be read
     * @throws StoreOpenException if it cannot be opened: it is in use, somebody else's, or of a newer schema
     */
    public static Result run(StoreLocation store, TimeSource time) {
        int from = there(store) ? version(store) : 0;
        store.open(time).close();
        return new Result(from, version(store));
    }

    private static boolean there(StoreLocation store) {
        return !(store instanceof StoreLocation.Sqlite sqlite) || Files.exists(sqlite.file());
    }

    private static int version(StoreLocation store) {
        try (StoreView view = StoreView.any(store)) {
            return view.version();
        }
    }
}
