package dev.carrel.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One line of the route table. Immutable and thread-safe. */
final class Route {
    /** Who may come to a route. */
    enum Access {
        /** Anybody, and nobody asks who. */
        PUBLIC,
        /** Whoever has a cookie; who has none is made a visitor. */
        PRINCIPAL,
        /** The owner of the session that {@code {session}} names; to anybody else it does not exist. */
        OWNER,
        /** Operators of the tenant of the session that {@code {session}} names; to those of another it does not exist. */
        OPERATOR
    }

    /** What a route does. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    private static final int MAX_BODY = 256 * 1024;

    private final String method;
    private final String template;
    private final Access access;
    private final String summary;
    private final Handler handler;
    private final int maxBody;
    private final List<String> segments;
    private final List<String> variables;

    /**
     * A route whose body may have 256 KiB.
     *
     * @param template the path, with variables in braces, each of which stands for one segment
     * @param access who may come this far; decided before the handler runs
     * @param summary what it does, for /openapi.json
     */
    Route(String method, String template, Access access, String summary, Handler handler) {
        this(method, template, access, summary, handler, MAX_BODY);
    }

    private Route(String method, String template, Access access, String summary, Handler handler, int maxBody) {
        if ((access == Access.OWNER || access == Access.OPERATOR) != template.contains("{session}")) {
            throw new IllegalArgumentException(template + ": a route of a session is for its owner only, or operators");
        }
        if (access == Access.OPERATOR != template.startsWith("/operator/")) {
            throw new IllegalArgumentException(
                    template + ": what is for operators is under /operator, and nothing else");
        }
        this.method = method;
        this.template = template;
        this.access = access;
        this.summary = summary;
        this.handler = handler;
        this.maxBody = maxBody;
        this.segments = segments(template);
        this.variables = segments.stream().filter(Route::variable).map(part -> part.substring(1, part.length() - 1))
                .toList();
    }

    /** The same for a body of up to so many bytes. */
    Route takingUpTo(int bytes) {
        return new Route(method, template, access, summary, handler, bytes);
    }

    /** A path in the pieces that {@link #match} compares. */
    static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static boolean variable(String segment) {
        return segment.startsWith("{");
    }

    /** The path's variables, in order, if the path is of this template. */
    Optional<List<String>> match(List<String> path) {
        if (segments.size() != path.size()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>(variables.size());
        for (int i = 0; i < segments.size(); i++) {
            String wanted = segments.get(i);
            String given = path.get(i);
            if (variable(wanted)) {
                if (given.isEmpty()) {
                    return Optional.empty();
                }
                found.add(given);
            } else if (!wanted.equals(given)) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    String method() {
        return method;
    }

    String template() {
        return template;
    }

    Access access() {
        return access;
    }

    String summary() {
        return summary;
    }

    Handler handler() {
        return handler;
    }

    /** How many bytes a body may have. */
    int maxBody() {
        return maxBody;
    }

    /** The names of the variables, in order. */
    List<String> variables() {
        return variables;
    }

    /** Whether it only reads. */
    boolean safe() {
        return Set.of("GET", "HEAD").contains(method);
    }
}
