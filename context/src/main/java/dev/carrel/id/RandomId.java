package dev.carrel.id;

import java.security.SecureRandom;

/** 130 random bits as 26 characters of Crockford's Base32 in lower case, which no one misreads aloud. */
final class RandomId {
    static final int LENGTH = 26;

    private static final char[] ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
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
        if (text.length() != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'a' && c <= 'z' && c != 'i' && c != 'l' && c != 'o' && c != 'u';
            if (!letter && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    static String require(String text, String what) {
        if (!wellFormed(text)) {
            throw new IllegalArgumentException(what + " is not " + LENGTH + " characters of Crockford's Base32");
        }
        return text;
    }
}
