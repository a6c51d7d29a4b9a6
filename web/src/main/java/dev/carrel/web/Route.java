package dev.carrel.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One line of the route table.
 *
 * @param template the path, with variables in braces, each of which stands for one segment
 * @param access who may come this far; decided before the handler runs
 * @param summary what it does, for /openapi.json
 */
record Route(String method, String template, Access access, String summary, Handler handler) {
    /** Who may come to a route. */
    enum Access {
        /** Anybody, and nobody asks who. */
        PUBLIC,
        /** Whoever has a cookie; who has none is made a visitor. */
        PRINCIPAL,
        /** The owner of the session that {@code {session}} names; to anybody else it does not exist. */
        OWNER
    }

    /** What a route does. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws Exception;
    }

    Route {
        if (access == Access.OWNER != template.contains("{session}")) {
            throw new IllegalArgumentException(template + ": a route of a session is for its owner only");
        }
    }

    /** The path's variables, in order, if the path is of this template. */
    Optional<List<String>> match(String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return Optional.empty();
        }
        List<String> variables = new ArrayList<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                if (given[i].isEmpty()) {
                    return Optional.empty();
                }
                variables.add(given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    /** The names of the variables, in order. */
    List<String> variables() {
        return List.of(template.split("/", -1)).stream().filter(part -> part.startsWith("{"))
                .map(part -> part.substring(1, part.length() - 1)).toList();
    }

    /** Whether it only reads. */
    boolean safe() {
        return Set.of("GET", "HEAD").contains(method);
    }
}
