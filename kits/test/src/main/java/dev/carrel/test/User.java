package dev.carrel.test;

import java.util.List;
import java.util.Set;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;

/**
 * One of {@link Users}: a principal, a canary word that nobody else has, and a context in which both are bound. Immutable
 * and thread-safe.
 */
public final class User {
    /** The user whose body is running. Bound by {@link Users}; ends with the body. */
    static final ContextKey<User> KEY = ContextKey.of("test user", Kind.USER);

    private final Crowd crowd;
    private final int number;
    private final String canary = Canaries.word();
    private final Principal principal;
    private final Context context;

    User(Crowd crowd, int number, String user, String tenant) {
        this.crowd = crowd;
        this.number = number;
        Authority authority = Authority.named("carrel-test");
        this.principal = authority.user(tenant, user, "User " + number, Set.of());
        Context mine = authority.bind(Context.root(), principal).with(Canaries.COPIED, new StringBuilder(canary));
        for (ContextKey<String> key : Canaries.KEYS.values()) {
            mine = mine.with(key, canary);
        }
        this.context = mine.with(KEY, this);
        Canaries.owns(this, canary);
    }

    /** From 0. */
    public int number() {
        return number;
    }

    /** Who this is to the application; made by a test authority. */
    public Principal principal() {
        return principal;
    }

    /** A word of small letters that is in nobody else's data: put it into whatever this user says or keeps. */
    public String canary() {
        return canary;
    }

    /** The context that the body runs in: the principal, and the canary under a key of each kind. */
    public Context context() {
        return context;
    }

    /**
     * Says that this text came to this user.
     *
     * @return {@code text}
     * @throws AssertionError if the canary of another is in it
     */
    public String mine(String text) {
        crowd.judge(this, text, "a text");
        return text;
    }

    /**
     * Says that this text came to this user, and that their canary is to be in it.
     *
     * @return {@code text}
     * @throws AssertionError if the canary of another is in it, or not their own: then it is lost
     */
    public String answered(String text) {
        mine(text);
        if (!Canaries.in(text).contains(this)) {
            crowd.lost(this, "an answer has no canary in it at all: " + shorten(text));
        }
        return text;
    }

    /**
     * Looks at the context of the running code, which is to be this user's, wholly: to be called from wherever the
     * application has got to.
     *
     * @throws AssertionError if a value of another is bound, or this user's is lost
     */
    public void here() {
        Context now = Context.current();
        Principal.of(now).ifPresentOrElse(found -> {
            if (!found.equals(principal)) {
                crowd.crossed(this, "the principal in the context", found.toString());
            }
        }, () -> crowd.lost(this, "no principal in the context"));
        for (ContextKey<String> key : Canaries.KEYS.values()) {
            now.find(key).ifPresentOrElse(found -> crowd.judge(this, found, "\"" + key + "\" in the context"),
                    () -> crowd.lost(this, "\"" + key + "\" is not in the context"));
        }
        now.find(Canaries.COPIED).ifPresentOrElse(
                found -> crowd.judge(this, found.toString(), "\"" + Canaries.COPIED + "\" in the context"),
                () -> crowd.lost(this, "\"" + Canaries.COPIED + "\" is not in the context"));
    }

    void lostAt(String what) {
        crowd.lost(this, what);
    }

    /** Whose canaries are in it, without this user's. */
    List<User> others(String text) {
        return Canaries.in(text).stream().filter(owner -> owner != this).distinct().toList();
    }

    static String shorten(String text) {
        return "\"" + (text.length() <= 80 ? text : text.substring(0, 80) + "...") + "\"";
    }

    /** {@code user17 of tenant2}: no canary, so it may stand in messages. */
    @Override
    public String toString() {
        return principal.user() + " of " + principal.tenant();
    }
}
