package dev.carrel.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

import dev.carrel.server.Configuration;
import dev.carrel.server.StartException;
import dev.carrel.server.StoreSettings;
import dev.carrel.store.jdbc.StoreLocation;

/** Which store a command is about: as a server of the same configuration would take it. */
final class StoreOptions {
    @Option(names = "--data", paramLabel = "DIR", description = "The data folder, with the SQLite store; "
            + "default: ./.carrel")
    @Nullable
    String data;

    @Option(names = "--store", paramLabel = "STORE", description = "sqlite, or the address of a PostgreSQL database: "
            + "postgres://user:password@host/database; default: sqlite. An address with a password is better set as "
            + "CARREL_STORE in the environment, where others cannot see it.")
    @Nullable
    String store;

    StoreOptions() {}

    /**
     * Where it is.
     *
     * @throws StartException if a setting does not hold, or names what cannot be looked at from outside
     */
    StoreLocation location() {
        Map<String, String> options = new HashMap<>();
        if (data != null) {
            options.put("data", data);
        }
        if (store != null) {
            options.put("store", store);
        }
        Configuration configuration = Configuration.of(options, System.getenv(), Path.of(""));
        return switch (StoreSettings.of(configuration)) {
            case StoreSettings.Sqlite sqlite -> StoreLocation.folder(path(configuration.get("data", ".carrel")));
            case StoreSettings.Postgres postgres -> new StoreLocation.Postgres(postgres.address());
            case StoreSettings.Memory memory ->
                throw new StartException("the memory store is gone with its server: there is nothing to look at");
        };
    }

    /** The path that this names. */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new StartException("\"" + text + "\" is no path", e);
        }
    }
}
