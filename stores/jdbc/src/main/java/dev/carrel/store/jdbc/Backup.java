package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Copies a SQLite database while it is in use. */
public final class Backup {
    private Backup() {}

    /**
     * Copies the database as it stands at one moment to a file that is not there yet, and checks the copy. Whoever uses the
     * database goes on meanwhile. The copy does not hold the installation's keys.
     *
     * @return what the check of the copy found
     * @throws ArchiveException if the store is none on SQLite, or the copy cannot be made
     */
    public static StoreCheck.Report run(StoreLocation from, Path target) {
        if (!(from instanceof StoreLocation.Sqlite sqlite)) {
            throw new ArchiveException("The store " + from
                    + " is PostgreSQL's, which has its own tools: pg_dump, or continuous archiving. Or write an archive, with"
                    + " carrel store export");
        }
        StoreView.open(from).close();
        return TargetFile.fill(target, part -> {
            copy(sqlite, part);
            return StoreCheck.run(new StoreLocation.Sqlite(part));
        });
    }

    /** Into an empty file; with the transaction of one statement. */
    private static void copy(StoreLocation.Sqlite from, Path part) {
        try (Connection connection = from.reading().getConnection();
                PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
            copy.setString(1, part.toUri().toString());
            copy.execute();
        } catch (SQLException e) {
            throw ArchiveException.of(from, "copied to " + part, e);
        }
    }
}
