package dev.carrel.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.password4j.Argon2Function;
import com.password4j.BadParametersException;
import com.password4j.BcryptFunction;
import com.password4j.Password;
import org.jspecify.annotations.Nullable;

/** Users with hashed passwords, Argon2 or bcrypt. Immutable and thread-safe. */
public final class PasswordUsers implements UserDirectory {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]{1,64}");
    /** A hash of nobody's password, so that an unknown user costs the same time as a known one. */
    private static final String NOBODY = "$2b$10$abcdefghijklmnopqrstuu5Lo0g67CiD3M4RpN1BmBb4Crp5w7dbK";
    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$(0[4-9]|[12]\\d|3[01])\\$[./A-Za-z0-9]{53}");
    private static final Pattern ARGON2 = Pattern.compile(
            "\\$argon2(i|d|id)\\$v=\\d{1,2}\\$m=\\d{1,9},t=\\d{1,4},p=\\d{1,4}\\$[A-Za-z0-9+/]{8,}\\$[A-Za-z0-9+/]{8,}");

    private record Entry(User user, String hash) {}

    private final Map<String, Entry> users;
    private final String decoy;

    private PasswordUsers(Map<String, Entry> users) {
        this.users = Map.copyOf(users);
        // Of the kind that the users have, which need not be as dear as ours.
        this.decoy = users.values().stream().findAny().map(Entry::hash).orElse(NOBODY);
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
        if (parts.length < 2 || !ID.matcher(parts[0]).matches() || !known(parts[1])) {
            return null;
        }
        String name = parts.length > 2 && !parts[2].isBlank() ? parts[2].strip() : parts[0];
        Set<String> roles = Arrays.stream(parts.length > 3 ? parts[3].split(",") : new String[0]).map(String::strip)
                .filter(role -> !role.isEmpty()).collect(Collectors.toUnmodifiableSet());
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
        boolean right = matches(password, entry == null ? decoy : entry.hash);
        return right && entry != null ? Optional.of(entry.user) : Optional.empty();
    }

    private static boolean matches(String password, String hash) {
        if (password.isEmpty()) {
            return false;
        }
        try {
            // With the hash's own cost: withBcrypt() and withArgon2() take that of the configuration.
            return Password.check(password, hash).with(ARGON2.matcher(hash).matches()
                    ? Argon2Function.getInstanceFromHash(hash)
                    : BcryptFunction.getInstanceFromHash(hash));
        } catch (BadParametersException e) {
            return false;
        }
    }

    private static boolean known(String hash) {
        return ARGON2.matcher(hash).matches() || BCRYPT.matcher(hash).matches();
    }
}
