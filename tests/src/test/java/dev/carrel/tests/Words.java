package dev.carrel.tests;

import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secret words: each begins in a way that nothing else does and names its owner, so that a text of any length is searched
 * for the words of everybody else in one go, cut or whole.
 */
final class Words {
    /** Too long to stand in a random id or in a cookie by chance. */
    static final String MARK = "zqxjv";
    private static final Pattern ANY = Pattern.compile(MARK + "([a-z]{0,3})", Pattern.CASE_INSENSITIVE);

    private Words() {}

    /** A new word of this owner, who is one of 17,576. */
    static String of(int owner, Random random) {
        return MARK + letters(owner) + letters(random.nextInt(17_576)) + letters(random.nextInt(17_576));
    }

    private static String letters(int number) {
        var text = new StringBuilder();
        for (int i = 0, rest = number; i < 3; i++, rest /= 26) {
            text.append((char) ('a' + rest % 26));
        }
        return text.toString();
    }

    /** The first word in the text that is not this owner's, with what stands around it; empty if there is none. */
    static String foreign(String text, int owner) {
        Matcher matcher = ANY.matcher(text);
        while (matcher.find()) {
            // Shorter only where a connection was cut in the middle of the word.
            if (!letters(owner).startsWith(matcher.group(1).toLowerCase(Locale.ROOT))) {
                return "..." + text.substring(Math.max(0, matcher.start() - 120),
                        Math.min(text.length(), matcher.end() + 60)) + "...";
            }
        }
        return "";
    }

    /** Whether there is any word at all. */
    static boolean in(String text) {
        return text.contains(MARK);
    }
}
