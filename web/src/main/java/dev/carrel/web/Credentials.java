package dev.carrel.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import dev.carrel.app.JsonInput;
import dev.carrel.context.Authority;
import dev.carrel.context.Principal;
import dev.carrel.error.InvalidInputException;
import dev.carrel.id.RequestId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.store.Revocations;
import dev.carrel.time.TimeSource;

/**
 * Who is asking, by the cookie. The cookie is signed and names a credential; signing in or out withdraws the credential
 * and issues another, so an old cookie opens nothing. What a user may be is asked of the directory at every request, so
 * one who was removed is out at once. Thread-safe.
 */
final class Credentials {
    private static final String PURPOSE = "cookie";
    private static final Duration VISITOR_LIFE = Duration.ofDays(90);
    private static final int REMEMBERED = 4096;
    private static final Duration USER_LIFE = Duration.ofDays(7);

    /** What the cookie holds, under the signature. {@code expires} is in seconds since 1970. */
    private record Token(String credential, String user, boolean visitor, long expires) {}

    /** Somebody who is asking, and by which credential. */
    record Caller(Principal principal, String credential, Instant expires) {}

    private final KeyRing keys;
    private final Revocations revocations;
    private final UserDirectory users;
    private final TimeSource time;
    private final String tenant;
    private final String cookieName;
    private final Authority authority = Authority.named("cookie");
    /** By the whole cookie, its signature included. */
    private final Recent<String, Token> verified = new Recent<>(REMEMBERED);

    Credentials(KeyRing keys, Revocations revocations, UserDirectory users, TimeSource time, String tenant) {
        this.keys = keys;
        this.revocations = revocations;
        this.users = users;
        this.time = time;
        this.tenant = tenant;
        // Browsers share cookies between the ports of a host: two servers on one machine must not sign each other's
        // users out.
        this.cookieName = "carrel_" + keys.derive("cookie name", tenant).substring(0, 8);
    }

    Authority authority() {
        return authority;
    }

    /** Who sent this request, if its cookie is still good. */
    Optional<Caller> find(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            // Each of that name: one that another page of this host has planted must not shut out the true one.
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(cookieName)) {
                    Optional<Caller> caller = token(cookie.getValue()).flatMap(this::caller);
                    if (caller.isPresent()) {
                        return caller;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** What the cookie holds, if we have signed it: that it is good does not change, what it opens is asked each time. */
    private Optional<Token> token(String cookie) {
        Optional<Token> known = verified.get(cookie);
        if (known.isPresent()) {
            return known;
        }
        Optional<Token> token = keys.verify(PURPOSE, cookie).flatMap(Credentials::read);
        token.ifPresent(good -> verified.put(cookie, good));
        return token;
    }

    private static Optional<Token> read(String text) {
        try {
            return Optional.of(new JsonInput(text).as(Token.class));
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }

    private Optional<Caller> caller(Token token) {
        Instant expires = Instant.ofEpochSecond(token.expires);
        if (!time.now().isBefore(expires) || revocations.revoked(token.credential)) {
            return Optional.empty();
        }
        Optional<Principal> principal = token.visitor
                ? Optional.of(authority.visitor(tenant, token.user))
                : users.find(token.user).map(this::principal);
        return principal.map(who -> new Caller(who, token.credential, expires));
    }

    /** The principal that this user is. */
    Principal principal(User user) {
        return authority.user(tenant, user.id(), user.name(), user.roles());
    }

    /** Whether the caller's credential still counts: what a long-lived stream asks again. */
    boolean valid(Caller caller) {
        return time.now().isBefore(caller.expires) && !revocations.revoked(caller.credential)
                && (caller.principal.anonymous() || users.find(caller.principal.user()).isPresent());
    }

    /** A new visitor, whose cookie goes with the response. */
    Caller visitor(HttpServletRequest request, HttpServletResponse response) {
        // The colon keeps visitors' ids apart from those of users, who cannot have one.
        String id = "visitor:" + RequestId.random().text();
        return issue(request, response, authority.visitor(tenant, id), VISITOR_LIFE);
    }

    /** A signed-in user, whose cookie goes with the response. */
    Caller user(HttpServletRequest request, HttpServletResponse response, User user) {
        return issue(request, response, principal(user), USER_LIFE);
    }

    private Caller issue(HttpServletRequest request, HttpServletResponse response, Principal who, Duration life) {
        Instant expires = time.now().plus(life);
        var token = new Token(RequestId.random().text(), who.user(), who.anonymous(), expires.getEpochSecond());
        Cookie cookie = new Cookie(cookieName, keys.sign(PURPOSE, JsonInput.write(token)));
        cookie.setHttpOnly(true);
        cookie.setAttribute("SameSite", "Lax");
        cookie.setPath("/");
        cookie.setSecure(request.isSecure());
        cookie.setMaxAge((int) life.toSeconds());
        // One answer, one cookie: whoever came without one was made a visitor on the way here.
        response.setHeader("Set-Cookie", null);
        response.addCookie(cookie);
        return new Caller(who, token.credential, expires);
    }

    /** Withdraws the caller's credential. */
    void revoke(Caller caller) {
        revocations.revoke(caller.credential, caller.expires);
    }
}
