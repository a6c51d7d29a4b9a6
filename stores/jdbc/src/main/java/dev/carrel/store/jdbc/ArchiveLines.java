package dev.carrel.store.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The records of an archive. Whoever has been given null has read all of it, and nothing of it was changed: before that,
 * nothing is sure.
 */
final class ArchiveLines implements Lines {
    private static final int HEADER_LENGTH = 4096;

    private final String name;
    private final InputStream in;
    private final byte[] buffer = new byte[64 * 1024];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final MessageDigest digest = ArchiveFormat.sha256();
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private int at;
    private int filled;
    private long number;
    private boolean ended;

    private ArchiveLines(String name, InputStream in) {
        this.name = name;
        this.in = in;
    }

    /**
     * Reads the header.
     *
     * @param name what to call it
     * @param in closed with what is returned
     * @throws ArchiveException if it is no archive, or one of a later version
     */
    static ArchiveLines open(String name, InputStream in) {
        var lines = new ArchiveLines(name, in);
        try {
            lines.header();
            return lines;
        } catch (RuntimeException e) {
            lines.close();
            throw e;
        }
    }

    private void header() {
        String header = read(HEADER_LENGTH, name + " is no archive of a store: it does not begin as one");
        if (header == null) {
            throw new ArchiveException(name + " is empty");
        }
        if (!ArchiveFormat.HEADER.equals(ArchiveFormat.kind(header))) {
            throw new ArchiveException(name + " is no archive of a store: it does not begin as one");
        }
        int version = parsed(header).path("version").asInt(0);
        if (version != ArchiveFormat.VERSION) {
            throw new ArchiveException(
                    name + " is an archive of version " + version + ", and this program reads version "
                            + ArchiveFormat.VERSION + ": update Carrel");
        }
    }

    private JsonNode parsed(String text) {
        try {
            return ArchiveFormat.parse(text);
        } catch (ArchiveException e) {
            throw new ArchiveException(where() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The line that was read last, for people. */
    String where() {
        return "line " + number + " of " + name;
    }

    /** How many lines of each kind there were so far. */
    Map<String, Long> counts() {
        return counts;
    }

    @Override
    public @Nullable String next() {
        if (ended) {
            return null;
        }
        String text = read(ArchiveFormat.LINE_LENGTH, "line " + (number + 1) + " of " + name + " is too long");
        if (text == null) {
            throw new ArchiveException(name + " was cut off after line " + number + ": its end is missing");
        }
        String kind = ArchiveFormat.kind(text);
        if (kind == null) {
            throw new ArchiveException(where() + " is none of an archive");
        }
        if (kind.equals(ArchiveFormat.END)) {
            end(parsed(text), HexFormat.of().formatHex(digest.digest()));
            return null;
        }
        counts.merge(kind, 1L, Long::sum);
        return text;
    }

    private void end(JsonNode end, String sum) {
        ended = true;
        if (!sum.equals(end.path("sha256").asString(""))) {
            throw new ArchiveException(
                    name + " was changed: its lines do not give the checksum that stands in its last line");
        }
        Map<String, Long> said = new LinkedHashMap<>();
        end.path("counts").properties().forEach(count -> said.put(count.getKey(), count.getValue().asLong(0)));
        if (!said.equals(counts)) {
            throw new ArchiveException(name + " was changed: its last line counts other lines than it has");
        }
        if (read(ArchiveFormat.LINE_LENGTH, name + " has something after its end") != null) {
            throw new ArchiveException(name + " has something after its end");
        }
    }

    /** The next line; null at the end of the file. */
    private @Nullable String read(int max, String tooLong) {
        // The line before: the checksum of the last line is that of those before it.
        digest.update(line.toByteArray());
        if (number > 0) {
            digest.update((byte) '\n');
        }
        line.reset();
        while (true) {
            if (at == filled && !fill()) {
                if (line.size() == 0) {
                    return null;
                }
                throw new ArchiveException(name + " was cut off in line " + (number + 1));
            }
            int end = at;
            while (end < filled && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, at, end - at);
            boolean whole = end < filled;
            at = whole ? end + 1 : end;
            if (line.size() > max) {
                throw new ArchiveException(tooLong);
            }
            if (whole) {
                number++;
                return text();
            }
        }
    }

    private String text() {
        byte[] bytes = line.toByteArray();
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new ArchiveException(where() + " is not in UTF-8: the file was changed", e);
        }
    }

    private boolean fill() {
        try {
            at = 0;
            filled = Math.max(0, in.read(buffer));
            return filled > 0;
        } catch (IOException e) {
            throw new ArchiveException(name + " cannot be read: " + ArchiveException.reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            // It was only read.
        }
    }
}
