package dev.carrel.session;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.regex.Pattern;

import dev.carrel.error.InvalidInputException;

/**
 * What a user has said.
 *
 * @param id the client's own id of it, 1 to 64 of {@code A-Z a-z 0-9 _ -}: sending it again is harmless
 * @param text what was said; not blank
 * @param at when it was accepted
 */
public record Message(String id, String text, Instant at) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /**
     * Checks id and text.
     *
     * @throws InvalidInputException naming the field that does not hold
     */
    public Message {
        if (!ID.matcher(id).matches()) {
            throw InvalidInputException.field("id", "must be 1 to 64 characters of A-Z a-z 0-9 _ -");
        }
        if (text.isBlank()) {
            throw InvalidInputException.field("text", "must not be empty");
        }
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw InvalidInputException.field("text", "must be Unicode text without a NUL character");
        }
    }
}
