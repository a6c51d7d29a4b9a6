package dev.carrel.store.jdbc;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.session.Owner;
import dev.carrel.time.TimeSource;

/**
 * A whole store as lines of JSON, which any kind of store can be made of again. Writing one neither stops nor slows down
 * whoever uses the store, and holds what the store held at one moment. It holds no keys: those of the installation must be
 * kept beside it.
 */
public final class Archive {
    private Archive() {}

    /** How many lines of each kind there are, in the order of the archive. */
    public record Summary(Map<String, Long> counts) {
        public Summary {
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
        }

        /** Without lines of these kinds. */
        public Summary without(String... kinds) {
            Map<String, Long> left = new LinkedHashMap<>(counts);
            left.keySet().removeAll(List.of(kinds));
            return new Summary(left);
        }

        /** All lines together. */
        public long total() {
            return counts.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Writes the store to a file, which only its owner can read and which is there whole or not at all.
     *
     * @throws ArchiveException if the store cannot be read, the file cannot be written, or it is there already
     */
    public static Summary write(StoreLocation from, Path target, TimeSource time) {
        try (Lines lines = of(from)) {
            return TargetFile.write(target, out -> write(lines, Schema.VERSION, time.now(), out));
        }
    }

    /**
     * Writes the store to a stream, which stays open.
     *
     * @throws ArchiveException if the store cannot be read or the stream cannot be written
     */
    public static Summary write(StoreLocation from, OutputStream out, TimeSource time) {
        try (Lines lines = of(from)) {
            return write(lines, Schema.VERSION, time.now(), out);
        } catch (IOException e) {
            throw new ArchiveException("The archive cannot be written: " + ArchiveException.reason(e), e);
        }
    }

    /** Writes an archive of these records. */
    static Summary write(Lines lines, int schema, Instant at, OutputStream to) throws IOException {
        MessageDigest digest = ArchiveFormat.sha256();
        Map<String, Long> counts = new LinkedHashMap<>();
        var out = new BufferedOutputStream(to, 64 * 1024);
        line(out, digest, ArchiveFormat.header(schema, at));
        for (@Nullable
        String line = lines.next(); line != null; line = lines.next()) {
            line(out, digest, line);
            counts.merge(String.valueOf(ArchiveFormat.kind(line)), 1L, Long::sum);
        }
        String sum = HexFormat.of().formatHex(digest.digest());
        line(out, digest, ArchiveFormat.end(counts, sum));
        out.flush();
        return new Summary(counts);
    }

    private static void line(OutputStream out, MessageDigest digest, String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        digest.update(bytes);
        out.write(bytes);
    }

    /** A store's records as they stand now. */
    static Lines of(StoreLocation store) {
        return new StoreLines(StoreView.open(store), null);
    }

    /** A user's records as they stand now, for them to read. */
    static Lines of(StoreLocation store, Owner owner) {
        return new StoreLines(StoreView.open(store), owner);
    }

    /** An archive's records. */
    static ArchiveLines of(Path archive) {
        return ArchiveLines.open(archive.toString(), open(archive));
    }

    private static InputStream open(Path archive) {
        try {
            if (Files.isDirectory(archive)) {
                throw new ArchiveException(archive + " is a folder, not an archive");
            }
            return Files.newInputStream(archive);
        } catch (IOException e) {
            throw new ArchiveException(archive + " cannot be read: " + ArchiveException.reason(e), e);
        }
    }

    /**
     * Reads an archive to its end, without a store.
     *
     * @throws ArchiveException if it was cut or changed, or is none
     */
    public static Summary verify(Path archive) {
        try (ArchiveLines lines = of(archive)) {
            while (lines.next() != null) {
                // Read for its end.
            }
            return new Summary(lines.counts());
        }
    }

    /**
     * Fills an empty store with what is in an archive: all of it, or nothing. Of a file, the whole is looked at first.
     *
     * @throws ArchiveException if the store is not empty, or the archive was cut or changed, or is none
     * @throws StoreOpenException if the store cannot be opened, or is in use by another process
     */
    public static Summary read(Path archive, StoreLocation into, TimeSource time) {
        if (Files.isRegularFile(archive)) {
            verify(archive);
        }
        try (ArchiveLines lines = of(archive)) {
            return new ArchiveImport(into, time).run(lines);
        }
    }

    /** As {@link #read(Path, StoreLocation, TimeSource)}, from a stream, which is closed. */
    public static Summary read(InputStream archive, StoreLocation into, TimeSource time) {
        try (ArchiveLines lines = ArchiveLines.open("the input", archive)) {
            return new ArchiveImport(into, time).run(lines);
        }
    }

    /** A store or an archive, to be compared with another. */
    public static final class Source {
        private final String name;
        private final Supplier<Lines> lines;

        private Source(String name, Supplier<Lines> lines) {
            this.name = name;
            this.lines = lines;
        }

        /** This store. */
        public static Source of(StoreLocation store) {
            return new Source("the store " + store, () -> Archive.of(store));
        }

        /** This archive. */
        public static Source of(Path archive) {
            return new Source(archive.toString(), () -> Archive.of(archive));
        }

        /**
         * What this names: an address of PostgreSQL, a data folder, a SQLite database's file, or an archive's.
         *
         * @throws IllegalArgumentException if it is a malformed address
         */
        public static Source named(String name) {
            return isArchive(name) ? of(Path.of(name)) : of(StoreLocation.of(name));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Compares two stores, or a store and an archive, record by record.
     *
     * @return the first difference, in one line and without what users said; empty if they hold the same
     */
    public static Optional<String> difference(Source one, Source other) {
        try (Lines a = one.lines.get(); Lines b = other.lines.get()) {
            return Comparison.first(one.name, a, other.name, b);
        }
    }

    /** Whether this names a file that is not a SQLite database. */
    public static boolean isArchive(String name) {
        if (PostgresAddress.isOne(name) || !Files.isRegularFile(Path.of(name))) {
            return false;
        }
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            return !new String(in.readNBytes(15), StandardCharsets.US_ASCII).equals("SQLite format 3");
        } catch (IOException e) {
            throw new ArchiveException(name + " cannot be read: " + ArchiveException.reason(e), e);
        }
    }
}
