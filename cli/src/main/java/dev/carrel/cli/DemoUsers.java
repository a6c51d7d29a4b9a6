package dev.carrel.cli;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import dev.carrel.keys.KeyRing;
import dev.carrel.web.User;
import dev.carrel.web.UserDirectory;

/**
 * Two people to try it out with. Their passwords follow from the installation's secret key: random, the same at every
 * start, and stored nowhere.
 */
final class DemoUsers implements UserDirectory {
    private static final int PASSWORD_LENGTH = 12;

    private record Demo(User user, String password) {}

    private final Map<String, Demo> users = new TreeMap<>();

    DemoUsers(KeyRing keys) {
        add(keys, "alice", "Alice");
        add(keys, "bob", "Bob");
    }

    private void add(KeyRing keys, String id, String name) {
        users.put(id, new Demo(new User(id, name, Set.of()),
                keys.derive("demo password", id).substring(0, PASSWORD_LENGTH)));
    }

    /** Who signs in with what, for the terminal. */
    String hint() {
        var line = new StringBuilder("Sign in as ");
        users.values().forEach(demo -> line.append(line.length() > 11 ? " or " : "").append(demo.user.id())
                .append(" (password ").append(demo.password).append(")"));
        return line.append(", or stay a visitor.").toString();
    }

    @Override
    public Optional<User> find(String id) {
        return Optional.ofNullable(users.get(id)).map(Demo::user);
    }

    @Override
    public Optional<User> verify(String id, String password) {
        Demo demo = users.get(id);
        byte[] wanted = (demo == null ? "" : demo.password).getBytes(StandardCharsets.UTF_8);
        boolean right = MessageDigest.isEqual(password.getBytes(StandardCharsets.UTF_8), wanted);
        return right && demo != null ? Optional.of(demo.user) : Optional.empty();
    }
}
