package dev.carrel.server;

import java.nio.file.Path;

import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.Durability;
import dev.carrel.store.jdbc.PostgresAddress;
import dev.carrel.store.jdbc.PostgresStore;
import dev.carrel.store.jdbc.SqliteStore;
import dev.carrel.store.jdbc.StoreOpenException;
import dev.carrel.time.TimeSource;

/** Which store a server keeps its sessions in. Its text holds no password. Immutable. */
public sealed interface StoreSettings {
    /** Nothing is kept beyond the process. */
    record Memory() implements StoreSettings {
        @Override
        public String toString() {
            return "memory";
        }
    }

    /** A SQLite database in the server's data folder. */
    record Sqlite(Durability durability) implements StoreSettings {
        @Override
        public String toString() {
            return "sqlite";
        }
    }

    /** A PostgreSQL database, which several servers may share. */
    record Postgres(PostgresAddress address) implements StoreSettings {
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * As configured: {@code store}, which is {@code sqlite} (the default), {@code memory} or {@code postgres://...}; and
     * {@code durability}, {@code normal} or {@code full}, of SQLite.
     *
     * @throws StartException if a setting does not hold
     */
    static StoreSettings of(Configuration configuration) {
        String durability = configuration.get("durability", "normal");
        if (!durability.equals("normal") && !durability.equals("full")) {
            throw new StartException("durability must be normal or full, not \"" + durability + "\"");
        }
        return parse(configuration.get("store", "sqlite"),
                durability.equals("full") ? Durability.FULL : Durability.NORMAL);
    }

    /**
     * The store of this name.
     *
     * @throws StartException if there is none
     */
    static StoreSettings parse(String name, Durability durability) {
        if (PostgresAddress.isOne(name)) {
            try {
                return new Postgres(PostgresAddress.parse(name));
            } catch (IllegalArgumentException e) {
                throw new StartException("store: " + e.getMessage(), e);
            }
        }
        return switch (name) {
            case "memory" -> new Memory();
            case "sqlite" -> new Sqlite(durability);
            // Without the text: it may be an address with a password and a slip in it.
            default -> throw new StartException("store must be sqlite, memory or postgres://user:password@host/database"
                    + (name.contains(":") ? "" : ", not \"" + name + "\""));
        };
    }

    /**
     * Opens it.
     *
     * @param data the server's data folder
     * @throws StartException if that cannot be done, with one line that says why
     */
    default Store open(Path data, TimeSource time) {
        return open(data, time, Retention.DEFAULT);
    }

    /** As {@link #open(Path, TimeSource)}, with how much it keeps. */
    default Store open(Path data, TimeSource time, Retention kept) {
        try {
            return switch (this) {
                case Memory memory -> new MemoryStore(time, kept);
                case Sqlite sqlite -> SqliteStore.open(data, time, sqlite.durability, kept);
                case Postgres postgres -> PostgresStore.open(postgres.address, kept);
            };
        } catch (StoreOpenException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }
}
