package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that is there with all that belongs in it, or not at all: it is written under another name beside it, and gets its own
 * when it is on the disk. Only its owner can read it, and no other file is written over.
 */
final class TargetFile {
    private TargetFile() {}

    /** Fills a file. */
    interface Filling<T> {
        T into(Path file) throws IOException;
    }

    /** Writes to a stream. */
    interface Writing<T> {
        T to(OutputStream out) throws IOException;
    }

    /**
     * Has it filled, and gives it its name.
     *
     * @param filling is given an empty file
     * @throws ArchiveException if it cannot be written or is there already
     */
    static <T> T fill(Path target, Filling<T> filling) {
        if (Files.exists(target)) {
            throw new ArchiveException(target + " is there already: choose another name, or remove it first");
        }
        Path part = target.resolveSibling(target.getFileName() + ".part");
        try {
            boolean done = false;
            Files.deleteIfExists(part);
            Files.createFile(part, ownerOnly());
            try {
                T result = filling.into(part);
                try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    written.force(true);
                }
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
                done = true;
                return result;
            } finally {
                if (!done) {
                    Files.deleteIfExists(part);
                }
            }
        } catch (IOException e) {
            throw new ArchiveException(target + " cannot be written: " + ArchiveException.reason(e), e);
        }
    }

    /** As {@link #fill}, by a stream. */
    static <T> T write(Path target, Writing<T> writing) {
        return fill(target, part -> {
            try (OutputStream out = Channels
                    .newOutputStream(FileChannel.open(part, Set.of(StandardOpenOption.WRITE)))) {
                return writing.to(out);
            }
        });
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
    }
}
