package dev.carrel.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import com.password4j.BadParametersException;
import com.password4j.HashChecker;
import com.password4j.Password;
import org.jspecify.annotations.Nullable;

/** Users with hashed passwords, Argon2 or bcrypt. Immutable and thread-safe. */
public final class PasswordUsers implements UserDirectory {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    /** A hash of nobody's password, so that an unknown user costs the same time as a known one. */
    private static final String NOBODY = "$2b$10$abcdefghijklmnopqrstuu5Lo0g67CiD3M4RpN1BmBb4Crp5w7dbK";

    private record Entry(User user, String hash) {}

    private final Map<String, Entry> users;

    private PasswordUsers(Map<String, Entry> users) {
        this.users = Map.copyOf(users);
    }

    /**
     * Users from a file: a line each, {@code id:hash}, {@code id:hash:Display name} or
     * {@code id:hash:Display name:role,role}. The hash is Argon2 ({@code $argon2id$...}) or bcrypt ({@code $2b$...}).
     * Empty lines and those that begin with # do not count.
     *
     * @throws IllegalArgumentException naming file and line, if it cannot be read or a line does not hold
     */
    public static PasswordUsers load(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("the users file " + file + " cannot be read", e);
        }
        Map<String, Entry> users = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                Entry entry = parse(line);
                if (entry == null || users.putIfAbsent(entry.user.id(), entry) != null) {
                    throw new IllegalArgumentException("the users file " + file + ", line " + (i + 1) + ", "
                            + (entry == null
                                    ? "is not id:hash[:name[:roles]] with an Argon2 or bcrypt hash"
                                    : "names a user a second time"));
                }
            }
        }
        return new PasswordUsers(users);
    }

    private static @Nullable Entry parse(String line) {
        String[] parts = line.split(":", 4);
        if (parts.length < 2 || !ID.matcher(parts[0]).matches() || checkerFor("", parts[1]) == null) {
            return null;
        }
        String name = parts.length > 2 && !parts[2].isBlank() ? parts[2].strip() : parts[0];
        Set<String> roles = parts.length > 3 && !parts[3].isBlank() ? Set.of(parts[3].split("\\s*,\\s*")) : Set.of();
        return new Entry(new User(parts[0], name, roles), parts[1]);
    }

    /** Users with these passwords, hashed at once with bcrypt: for demonstrations. */
    public static PasswordUsers of(Map<User, String> passwords) {
        Map<String, Entry> users = new HashMap<>();
        passwords.forEach((user, password) -> users.put(user.id(),
                new Entry(user, Password.hash(password).withBcrypt().getResult())));
        return new PasswordUsers(users);
    }

    @Override
    public Optional<User> find(String id) {
        return Optional.ofNullable(users.get(id)).map(Entry::user);
    }

    @Override
    public Optional<User> verify(String id, String password) {
        Entry entry = users.get(id);
        boolean right = matches(password, entry == null ? NOBODY : entry.hash);
        return right && entry != null ? Optional.of(entry.user) : Optional.empty();
    }

    private static boolean matches(String password, String hash) {
        HashChecker checker = checkerFor(password, hash);
        try {
            return checker != null
                    && (hash.startsWith("$argon2") ? checker.withArgon2() : checker.withBcrypt());
        } catch (BadParametersException e) {
            return false;
        }
    }

    private static @Nullable HashChecker checkerFor(String password, String hash) {
        return hash.startsWith("$argon2") || hash.matches("\\$2[abxy]\\$\\d\\d\\$[./A-Za-z0-9]{53}")
                ? Password.check(password, hash)
                : null;
    }
}
