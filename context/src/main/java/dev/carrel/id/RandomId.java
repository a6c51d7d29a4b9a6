package dev.carrel.id;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** 130 random bits as 26 characters of Crockford's Base32 in lower case, which no one misreads aloud. */
final class RandomId {
    static final int LENGTH = 26;

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
    private static final Pattern SHAPE = Pattern.compile("[0-9a-hjkmnp-tv-z]{" + LENGTH + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomId() {}

    static String next() {
        byte[] bits = new byte[LENGTH];
        RANDOM.nextBytes(bits);
        var text = new char[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            text[i] = ALPHABET[bits[i] & 31];
        }
        return new String(text);
    }

    static boolean wellFormed(String text) {
        return SHAPE.matcher(text).matches();
    }

    static String require(String text, String what) {
        if (!wellFormed(text)) {
            throw new IllegalArgumentException(what + " is not " + LENGTH + " characters of Crockford's Base32");
        }
        return text;
    }
}
