package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;

import org.jspecify.annotations.Nullable;

/**
 * A store cannot be checked, copied or moved. The message is one line for whoever asked for it: what is wrong and what to do.
 * It never holds what users said.
 */
public final class ArchiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    ArchiveException(String message) {
        this(message, null);
    }

    /** Why the database of this store does not do what was asked. */
    static ArchiveException of(StoreLocation store, String what, SQLException e) {
        String why = switch (store) {
            case StoreLocation.Sqlite sqlite -> SqliteErrors.opening(e);
            case StoreLocation.Postgres postgres -> PostgresErrors.opening(e);
        };
        return new ArchiveException("The database " + store + " cannot be " + what + ": it " + why, e);
    }

    /** What the operating system said, without the path that it often begins with. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file or folder";
            case AccessDeniedException denied -> "permission denied";
            case FileAlreadyExistsException there -> "there is a file of that name";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        };
    }
}
