package dev.carrel.web;

import java.util.Set;

/**
 * Somebody who can sign in.
 *
 * @param id their stable id, which they sign in with
 * @param name for display
 */
public record User(String id, String name, Set<String> roles) {
    public User {
        roles = Set.copyOf(roles);
    }
}
