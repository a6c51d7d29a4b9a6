package dev.carrel.store.jdbc;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL database is and who connects to it: {@code postgres://user:password@host:port/database?settings}, with
 * the settings of the <a href="https://jdbc.postgresql.org/documentation/use/">JDBC driver</a>. Its text does not hold the
 * password. Immutable.
 */
public final class PostgresAddress {
    private static final String DEFAULT_SCHEMA = "carrel";
    private static final List<String> SECRETS = List.of("user", "password");

    private final String url;
    private final @Nullable String user;
    private final @Nullable String password;

    private PostgresAddress(String url, @Nullable String user, @Nullable String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /** Whether the text begins as an address does. */
    public static boolean isOne(String text) {
        return text.startsWith("postgres:") || text.startsWith("postgresql:") || text.startsWith("jdbc:postgresql:");
    }

    /**
     * Reads an address: {@code postgres://...}, {@code postgresql://...} or {@code jdbc:postgresql://...}. User and password
     * may also be settings; what is special in a URI is written as {@code %40}.
     *
     * @throws IllegalArgumentException if it is none; the message does not hold the text, which may hold a password
     */
    public static PostgresAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.startsWith("jdbc:") ? text.substring("jdbc:".length()) : text);
        } catch (URISyntaxException e) {
            // Not as the cause: its message holds the text.
            throw malformed();
        }
        String host = uri.getRawAuthority();
        if (!isOne(text) || host == null || uri.getRawPath().length() < 2) {
            throw malformed();
        }
        @Nullable
        String user = null;
        @Nullable
        String password = null;
        int at = host.lastIndexOf('@');
        if (at >= 0) {
            String[] who = host.substring(0, at).split(":", 2);
            user = decoded(who[0]);
            password = who.length > 1 ? decoded(who[1]) : null;
            host = host.substring(at + 1);
        }
        String settings = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        for (String setting : settings.split("&", -1)) {
            if (setting.startsWith("user=")) {
                user = decoded(setting.substring("user=".length()));
            } else if (setting.startsWith("password=")) {
                password = decoded(setting.substring("password=".length()));
            }
        }
        String others = Arrays.stream(settings.split("&", -1))
                .filter(setting -> !setting.isEmpty() && !SECRETS.contains(setting.replaceFirst("=.*", "")))
                .collect(Collectors.joining("&"));
        String query = others.contains("currentSchema=")
                ? others
                : others + (others.isEmpty() ? "" : "&") + "currentSchema=" + DEFAULT_SCHEMA;
        return new PostgresAddress("jdbc:postgresql://" + host + uri.getRawPath() + "?" + query, user, password);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("it should look like postgres://user:password@host:5432/database, with"
                + " special characters of the password written as %40");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The schema in which the tables are: the first, if the address names several. */
    String schema() {
        return String.valueOf(source().getCurrentSchema()).replaceFirst(",.*", "").strip();
    }

    /** A source of connections that wait for nothing for ever. */
    PGSimpleDataSource source() {
        var source = new PGSimpleDataSource();
        source.setApplicationName("carrel");
        source.setTcpKeepAlive(true);
        if (!url.contains("connectTimeout=")) {
            source.setConnectTimeout(5);
        }
        if (!url.contains("socketTimeout=")) {
            source.setSocketTimeout(20);
        }
        // What was set before it stays as it is, whatever the address says.
        source.setUrl(url);
        if (user != null) {
            source.setUser(user);
        }
        if (password != null) {
            source.setPassword(password);
        }
        return source;
    }

    /** Where the database is, without who connects to it. */
    @Override
    public String toString() {
        return url.substring("jdbc:".length()).replaceFirst("\\?.*", "");
    }
}
