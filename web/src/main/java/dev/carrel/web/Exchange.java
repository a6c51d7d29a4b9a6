package dev.carrel.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.JsonInput;
import dev.carrel.context.Principal;
import dev.carrel.error.AccessException;
import dev.carrel.session.InspectedSession;
import dev.carrel.session.OwnedSession;

/** One request and its response, with what was found out about it on its way to the handler. */
final class Exchange {
    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Route route;
    private final List<String> variables;
    private final Body body;
    private final Answer answer;
    private final Credentials credentials;
    private final Credentials.@Nullable Caller caller;
    private final @Nullable OwnedSession session;
    private final @Nullable InspectedSession inspected;

    Exchange(HttpServletRequest request, HttpServletResponse response, Route route, List<String> variables, Body body,
            Answer answer, Credentials credentials, Credentials.@Nullable Caller caller, @Nullable OwnedSession session,
            @Nullable InspectedSession inspected) {
        this.request = request;
        this.response = response;
        this.route = route;
        this.variables = variables;
        this.body = body;
        this.answer = answer;
        this.credentials = credentials;
        this.caller = caller;
        this.session = session;
        this.inspected = inspected;
    }

    HttpServletRequest request() {
        return request;
    }

    HttpServletResponse response() {
        return response;
    }

    /** Who is asking, and by which credential. */
    Credentials.Caller caller() {
        if (caller == null) {
            throw new IllegalStateException(route.template() + " is public: it does not know who is asking");
        }
        return caller;
    }

    /** Who is asking. */
    Principal principal() {
        return caller().principal();
    }

    /** The session that the path names, which is the caller's own. */
    OwnedSession session() {
        if (session == null) {
            throw new IllegalStateException(route.template() + " is not a route of a session's owner");
        }
        return session;
    }

    /** The session that the path names, which the caller may look at as an operator. */
    InspectedSession inspected() {
        if (inspected == null) {
            throw new IllegalStateException(route.template() + " is not a route of an operator");
        }
        return inspected;
    }

    /** A variable of the path. */
    String variable(String name) {
        return variables.get(route.variables().indexOf(name));
    }

    /** A parameter of the query, as it stands there: what needs escapes is none that any route takes. */
    Optional<String> parameter(String name) {
        // Not the container's: for a query that it cannot read it answers with an error of its own.
        String query = request.getQueryString();
        return query == null
                ? Optional.empty()
                : Arrays.stream(query.split("&")).filter(part -> part.startsWith(name + "="))
                        .map(part -> part.substring(name.length() + 1)).findFirst();
    }

    /**
     * The body, as {@link Body#json} reads it.
     *
     * @throws AccessException if the caller's credential was withdrawn while it came: a slow body outlives no sign-out
     */
    JsonInput body() {
        JsonInput read = body.json();
        if (caller != null && !credentials.valid(caller)) {
            throw AccessException.unauthenticated("You signed in or out while this request was on its way.");
        }
        return read;
    }

    /** Answers with a value as JSON. */
    void json(int status, Object value) throws IOException {
        text(status, "application/json", JsonInput.write(value));
    }

    /** Answers with a text of this type. */
    void text(int status, String type, String body) throws IOException {
        answer.send(status, type + ";charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** The answer, for those who do not make it at once. */
    Answer answer() {
        return answer;
    }

    /** Answers without a body. */
    void nothing() {
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }
}
