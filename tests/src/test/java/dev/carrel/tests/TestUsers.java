package dev.carrel.tests;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

import dev.carrel.web.User;
import dev.carrel.web.UserDirectory;

/** People who can sign in; checking their passwords costs nothing, as this is not what the tests here are about. */
final class TestUsers implements UserDirectory {
    private final Map<String, User> users = new HashMap<>();

    private TestUsers(List<String> ids) {
        ids.forEach(id -> users.put(id,
                new User(id, id.substring(0, 1).toUpperCase(Locale.ROOT) + id.substring(1), Set.of())));
    }

    static TestUsers of(String... ids) {
        return new TestUsers(List.of(ids));
    }

    /** {@code learner0} and so on. */
    static TestUsers crowd(int size) {
        return new TestUsers(IntStream.range(0, size).mapToObj(i -> "learner" + i).toList());
    }

    static String passwordOf(String id) {
        return "password of " + id;
    }

    @Override
    public Optional<User> find(String id) {
        return Optional.ofNullable(users.get(id));
    }

    @Override
    public Optional<User> verify(String id, String password) {
        return password.equals(passwordOf(id)) ? find(id) : Optional.empty();
    }
}
