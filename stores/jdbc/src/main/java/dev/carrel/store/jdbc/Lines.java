package dev.carrel.store.jdbc;

import org.jspecify.annotations.Nullable;

/** The records of a store or of an archive, one line after the other, in the order of an archive. Belongs to one thread. */
interface Lines extends AutoCloseable {
    /**
     * The next line, without its end; null after the last.
     *
     * @throws ArchiveException if it cannot be read
     */
    @Nullable
    String next();

    @Override
    void close();
}
