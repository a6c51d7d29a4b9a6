package dev.carrel.store.jdbc;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of an archive: lines of JSON in UTF-8, each an object whose first member is its {@code kind}. The first line says
 * what it is and when it was made; the last holds how many lines of each kind there are, and the SHA-256 of all lines before
 * it with their line ends. So a file that was cut or changed is known for one.
 */
final class ArchiveFormat {
    /** The version of this form; it grows when an older program would misread it. */
    static final int VERSION = 1;
    static final String HEADER = "carrel-archive";
    static final String END = "end";
    /** Characters of a line, at most: a file that is something else must not fill the memory. */
    static final int LINE_LENGTH = 64_000_000;
    static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String KIND = "{\"kind\":\"";

    private ArchiveFormat() {}

    /** A line of this kind, to be filled. */
    static ObjectNode line(String kind) {
        return MAPPER.createObjectNode().put("kind", kind);
    }

    /** The first line. */
    static String header(int schema, Instant at) {
        return line(HEADER).put("version", VERSION).put("schema", schema).put("at", at.toString()).toString();
    }

    /** The last line. */
    static String end(Map<String, Long> counts, String sha256) {
        ObjectNode end = line(END);
        ObjectNode numbers = end.putObject("counts");
        counts.forEach(numbers::put);
        return end.put("sha256", sha256).toString();
    }

    /** The kind of a line; null if it does not begin as one does. */
    static @Nullable String kind(String line) {
        int end = line.startsWith(KIND) ? line.indexOf('"', KIND.length()) : -1;
        return end < 0 ? null : line.substring(KIND.length(), end);
    }

    /**
     * The line's object.
     *
     * @throws ArchiveException if it is none
     */
    static JsonNode parse(String line) {
        try {
            JsonNode json = MAPPER.readTree(line);
            if (json.isObject()) {
                return json;
            }
        } catch (JacksonException e) {
            // Not as the cause: its message holds the beginning of the line.
        }
        throw new ArchiveException("it is no JSON object");
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
