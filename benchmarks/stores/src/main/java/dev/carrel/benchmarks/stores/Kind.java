package dev.carrel.benchmarks.stores;

import java.nio.file.Path;
import java.util.List;

import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.PostgresAddress;
import dev.carrel.store.jdbc.PostgresStore;
import dev.carrel.store.jdbc.SqliteStore;
import dev.carrel.time.TimeSource;

/**
 * A store to measure.
 *
 * @param name its name in the tables
 * @param setting what {@code --store} takes
 */
record Kind(String name, String setting) {
    static final Kind MEMORY = new Kind("memory", "memory");
    static final Kind SQLITE = new Kind("SQLite", "sqlite");

    /** As a process is told of it. */
    static Kind of(List<String> arguments) {
        return new Kind(arguments.get(0), arguments.get(1));
    }

    /** The arguments that {@link #of} reads. */
    List<String> arguments() {
        return List.of(name, setting);
    }

    /** Opens it, with its files in this folder; PostgreSQL goes by its own clock. */
    Store open(Path folder, TimeSource time) {
        return switch (setting) {
            case "memory" -> new MemoryStore(time);
            case "sqlite" -> SqliteStore.open(folder, time);
            default -> PostgresStore.open(PostgresAddress.parse(setting), Retention.DEFAULT);
        };
    }
}
