package dev.carrel.tutor.docs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The Markdown and text files of a folder, or of several files and folders.
 *
 * <p>Looked into: every folder below, except hidden ones, {@code target}, {@code build} and {@code node_modules}. Read:
 * {@code *.md}, {@code *.markdown} and {@code *.txt} of up to {@link #MAX_BYTES}, in UTF-8. What is left out although its
 * name fits (too large, not text, unreadable, a link that leads in a circle) is listed in {@link Contents#leftOut()}.
 * Immutable and thread-safe.
 */
public final class DocumentFolder {
    /** The largest file that is read, in bytes: a book has one megabyte; more is a log or a dump. */
    public static final long MAX_BYTES = 4L << 20;

    /** The most files that are read. */
    public static final int MAX_FILES = 20_000;

    private static final int MAX_DEPTH = 32;
    private static final Set<String> SKIPPED_FOLDERS = Set.of("target", "build", "node_modules");

    private final Path base;
    private final List<Path> roots;

    private DocumentFolder(Path base, List<Path> roots) {
        this.base = base.toAbsolutePath().normalize();
        this.roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
    }

    /** All of one folder; sources are relative to it. */
    public static DocumentFolder of(Path folder) {
        return new DocumentFolder(folder, List.of(folder));
    }

    /** Several files and folders; sources are relative to {@code base}. Those that do not exist are left out. */
    public static DocumentFolder of(Path base, List<Path> roots) {
        return new DocumentFolder(base, roots.stream().filter(Files::exists).toList());
    }

    /**
     * What was read, sorted by source.
     *
     * @param documents at least one
     * @param leftOut one line for each file that looked like a document and was not read
     */
    public record Contents(List<Document> documents, List<String> leftOut) {
        /** Keeps copies. */
        public Contents {
            documents = List.copyOf(documents);
            leftOut = List.copyOf(leftOut);
        }
    }

    /**
     * Reads all of it.
     *
     * @throws DocumentsException if the folder is missing, is not a folder, cannot be read, or holds no document
     */
    public Contents read() {
        Walk walk = new Walk();
        for (Path root : roots) {
            check(root);
            try {
                Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), MAX_DEPTH, walk);
            } catch (IOException e) {
                throw new DocumentsException("the documents in " + root + " cannot be read: " + reason(e), e);
            }
        }
        if (walk.documents.isEmpty()) {
            throw new DocumentsException("there is nothing to read in " + (roots.isEmpty() ? base : roots.getFirst())
                    + ": it holds no .md or .txt file with text" + firstOf(walk.leftOut), null);
        }
        walk.documents.sort(Comparator.comparing(Document::source));
        return new Contents(walk.documents, walk.leftOut);
    }

    private void check(Path root) {
        if (!Files.exists(root)) {
            throw new DocumentsException("the documents folder " + root + " does not exist", null);
        }
        if (root.equals(base) && !Files.isDirectory(root)) {
            throw new DocumentsException("the documents folder " + root + " is a file; name the folder it lies in",
                    null);
        }
        if (!Files.isReadable(root)) {
            throw new DocumentsException("the documents folder " + root + " may not be read by this user", null);
        }
    }

    private static String firstOf(List<String> leftOut) {
        return leftOut.isEmpty() ? "" : " (left out: " + leftOut.getFirst() + ")";
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "access denied" : e.getClass().getSimpleName();
    }

    private static boolean isText(Path file) {
        String name = name(file).toLowerCase(Locale.ROOT);
        return name.endsWith(".md") || name.endsWith(".markdown") || name.endsWith(".txt");
    }

    private static String name(Path file) {
        Path name = file.getFileName();
        return name == null ? "" : name.toString();
    }

    private final class Walk extends SimpleFileVisitor<Path> {
        private final List<Document> documents = new ArrayList<>();
        private final List<String> leftOut = new ArrayList<>();

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean skip = !roots.contains(folder)
                    && (name(folder).startsWith(".") || SKIPPED_FOLDERS.contains(name(folder)));
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (!attributes.isRegularFile() || !isText(file) || name(file).startsWith(".")) {
                return FileVisitResult.CONTINUE;
            }
            if (documents.size() == MAX_FILES) {
                leftOut.add("everything after the first %,d files".formatted(MAX_FILES));
                return FileVisitResult.TERMINATE;
            }
            String source = source(file);
            if (attributes.size() > MAX_BYTES) {
                leftOut.add("%s is too large (%,d bytes; up to %,d are read)".formatted(source, attributes.size(),
                        MAX_BYTES));
            } else {
                read(file, source);
            }
            return FileVisitResult.CONTINUE;
        }

        private void read(Path file, String source) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString();
                if (text.indexOf('\0') >= 0) {
                    leftOut.add(source + " is not text");
                } else if (!text.isBlank()) {
                    documents.add(new Document(source, text.startsWith("\uFEFF") ? text.substring(1) : text));
                }
            } catch (CharacterCodingException e) {
                leftOut.add(source + " is not text in UTF-8");
            } catch (IOException e) {
                leftOut.add(source + " cannot be read: " + reason(e));
            }
        }

        /** A loop of links, a folder that may not be entered, a file that went away: never the end of the walk. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) {
            leftOut.add(source(file) + (failure instanceof FileSystemLoopException
                    ? " is a link that leads in a circle"
                    : " cannot be read: " + reason(failure)));
            return FileVisitResult.CONTINUE;
        }

        private String source(Path file) {
            return base.relativize(file).toString().replace('\\', '/');
        }
    }
}
