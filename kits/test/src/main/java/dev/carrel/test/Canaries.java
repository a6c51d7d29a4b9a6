package dev.carrel.test;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/**
 * Words that mean nothing, each of one user, and the keys under which they are bound. A word is of small letters only, so
 * that no tokenizer splits it and no encoding changes it. Kept for the life of the process, so that what comes back from a
 * run that is long over is known too.
 */
final class Canaries {
    static final Map<Kind, ContextKey<String>> KEYS = new EnumMap<>(Kind.class);
    /** One whose value is copied at each boundary, as a mutable one would be. */
    static final ContextKey<StringBuilder> COPIED = ContextKey.<StringBuilder>builder("test canary, copied", Kind.USER)
            .copy(StringBuilder::new).build();

    private static final String MARK = "canary";
    private static final int LETTERS = 14;
    private static final Pattern WORD = Pattern.compile(MARK + "[a-z]{" + LETTERS + "}", Pattern.CASE_INSENSITIVE);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<String, User> OWNERS = new ConcurrentHashMap<>();

    static {
        for (Kind kind : Kind.values()) {
            KEYS.put(kind, ContextKey.of("test canary of the " + kind, kind));
        }
    }

    private Canaries() {}

    static String word() {
        var word = new StringBuilder(MARK);
        for (int i = 0; i < LETTERS; i++) {
            word.append((char) ('a' + RANDOM.nextInt(26)));
        }
        return word.toString();
    }

    static void owns(User user, String word) {
        OWNERS.put(word, user);
    }

    /** Whose words are in this text, each as often as it is there; words that nobody owns are left out. */
    static List<User> in(String text) {
        List<User> users = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            User owner = OWNERS.get(matcher.group().toLowerCase(Locale.ROOT));
            if (owner != null) {
                users.add(owner);
            }
        }
        return users;
    }
}
