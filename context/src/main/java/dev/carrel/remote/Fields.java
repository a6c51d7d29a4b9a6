package dev.carrel.remote;

import java.util.ArrayList;
import java.util.List;

/**
 * A list of texts as one text: each with its length before it, so that nothing needs to be escaped and no text can pass
 * for the border between two. In the manner of netstrings (Bernstein, 1997), with lengths in {@code char}s.
 */
final class Fields {
    private Fields() {}

    static String write(List<String> fields) {
        var text = new StringBuilder();
        for (String field : fields) {
            text.append(field.length()).append(':').append(field);
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException if it is not such a list */
    static List<String> read(String text) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int colon = text.indexOf(':', at);
            if (colon < 0) {
                throw new IllegalArgumentException("a field without its length");
            }
            int length = Integer.parseInt(text, at, colon, 10);
            if (length < 0 || length > text.length() - colon - 1) {
                throw new IllegalArgumentException("a field is cut off");
            }
            at = colon + 1 + length;
            fields.add(text.substring(colon + 1, at));
        }
        return fields;
    }
}
