package dev.carrel.store.jdbc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * A folder that belongs to one process for as long as it runs, by a lock that the operating system takes away when the
 * process dies, however it dies. What is created in it can be read by its owner only.
 */
final class DataFolder implements AutoCloseable {
    private static final String LOCK = "carrel.lock";

    // POSIX drops a process's locks on a file when the process closes any channel to it (JDK-6628575), so a second opening
    // inside this process must be refused before it touches the lock file.
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Creates the folder if it is not there, and takes it. */
    static DataFolder take(Path folder) {
        Path path;
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, permissions("rwx------"));
            }
            path = folder.toRealPath();
        } catch (IOException e) {
            throw new StoreOpenException(
                    "The data folder " + folder + " cannot be created (" + reason(e) + "). Choose another with --data.",
                    e);
        }
        if (!HELD.add(path)) {
            throw inUse(path, "by this process");
        }
        @Nullable
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path.resolve(LOCK),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
                    permissions("rw-------"));
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(path, "by another process" + holder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer
                    .wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new DataFolder(path, channel);
        } catch (IOException e) {
            letGo(path, channel);
            throw new StoreOpenException(
                    "The data folder " + path + " is not writable (" + reason(e) + "). Choose another with --data.", e);
        } catch (RuntimeException e) {
            letGo(path, channel);
            throw e;
        }
    }

    private static StoreOpenException inUse(Path path, String by) {
        return new StoreOpenException(
                "The data folder " + path + " is in use " + by + ". Stop it, or choose another with --data.", null);
    }

    private static String holder(FileChannel channel) throws IOException {
        var text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        String pid = new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
        return pid.matches("[0-9]+") ? " (" + pid + ")" : "";
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException denied -> "permission denied";
            case java.nio.file.FileAlreadyExistsException file -> "there is a file of that name";
            case java.nio.file.FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** The file of this name, created if it is not there, before anybody opens it. */
    Path file(String name) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createFile(file, permissions("rw-------"));
            }
            return file;
        } catch (IOException e) {
            throw new StoreOpenException("The file " + file + " cannot be created (" + reason(e) + ").", e);
        }
    }

    private static FileAttribute<?>[] permissions(String permissions) {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    private static void letGo(Path path, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
        HELD.remove(path);
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        letGo(path, channel);
    }
}
