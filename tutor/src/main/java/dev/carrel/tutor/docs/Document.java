package dev.carrel.tutor.docs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One file of text. Immutable.
 *
 * @param source its path, relative to where the documents lie, with {@code /}
 * @param text all of it
 */
public record Document(String source, String text) {
    /** Whether headings and code fences mean something in it. */
    public boolean markdown() {
        String name = source.toLowerCase(Locale.ROOT);
        return name.endsWith(".md") || name.endsWith(".markdown");
    }

    /** The file's name in words: {@code lab safety} for {@code chemistry/lab-safety.txt}. */
    public String name() {
        return source.substring(source.lastIndexOf('/') + 1).replaceFirst("\\.[^.]*$", "").replaceAll("[-_.\\s]+", " ")
                .strip();
    }

    /**
     * The SHA-256 of the text and of what else its passages depend on, in hex: equal for documents that have the same
     * passages.
     */
    public String hash() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((markdown() ? "markdown\n" : name() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
