package dev.carrel.server;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import dev.carrel.time.TimeSource;
import dev.carrel.web.CarrelServlet;
import dev.carrel.web.UserDirectory;

/**
 * How a server runs.
 *
 * @param host the address to listen on; loopback unless set
 * @param port 0 for any that is free
 * @param allowHosts further names that a {@code Host} header may have; needed when {@code host} is not loopback
 * @param data the folder for what this server keeps itself
 * @param keys the file with the keys; nodes that share a store share their keys
 * @param store {@code sqlite}, or {@code memory}, which forgets everything at the end
 * @param lease how long the sessions of a node that died wait for another: a node that lives says so three times as often
 * @param grace how long open turns may go on when the server stops
 * @param bodies how many bytes of requests' bodies and of long answers are held at once; nobody can take more than half of that
 * @param users who can sign in
 * @param ready whether the application's own parts are ready
 */
public record ServerSettings(String host, int port, Set<String> allowHosts, Path data, Path keys, StoreSettings store,
        Duration lease, Duration grace, long bodies, UserDirectory users, BooleanSupplier ready, TimeSource time) {
    private static final int MIB = 1024 * 1024;
    private static final int BODIES = 64;

    /** Checks that the largest body there may be finds room. */
    public ServerSettings {
        if (bodies < 2L * CarrelServlet.MAX_BODY) {
            throw new IllegalArgumentException(
                    "bodies must be at least " + 2L * CarrelServlet.MAX_BODY + " bytes, not " + bodies);
        }
    }

    /** As the other, with 64 MiB of bodies. */
    public ServerSettings(String host, int port, Set<String> allowHosts, Path data, Path keys, StoreSettings store,
            Duration lease, Duration grace, UserDirectory users, BooleanSupplier ready, TimeSource time) {
        this(host, port, allowHosts, data, keys, store, lease, grace, (long) BODIES * MIB, users, ready, time);
    }

    /**
     * As configured: {@code host}, {@code port} (7860), {@code allow-host} (comma-separated), {@code data}
     * ({@code ./.carrel}), {@code keys} (the file {@code keys} in it), {@code store} (sqlite), {@code lease-seconds} (15),
     * {@code grace-seconds} (10), {@code body-megabytes} (64). Nobody can sign in.
     *
     * @throws StartException if a setting does not hold
     */
    public static ServerSettings of(Configuration configuration) {
        Path data = path("data", configuration.get("data", ".carrel"));
        Set<String> hosts = Arrays.stream(configuration.get("allow-host", "").split(",")).map(String::strip)
                .filter(host -> !host.isEmpty()).collect(Collectors.toSet());
        return new ServerSettings(configuration.get("host", "127.0.0.1"), configuration.number("port", 7860, 0, 65_535),
                hosts, data, path("keys", configuration.get("keys", data.resolve("keys").toString())),
                StoreSettings.of(configuration),
                Duration.ofSeconds(configuration.number("lease-seconds", 15, 1, 3_600)),
                Duration.ofSeconds(configuration.number("grace-seconds", 10, 0, 3_600)),
                (long) MIB * configuration.number("body-megabytes", BODIES, 2 * CarrelServlet.MAX_BODY / MIB, 65_536),
                UserDirectory.none(),
                () -> true, TimeSource.system());
    }

    private static Path path(String name, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new StartException(name + " must be a path, not \"" + text + "\"", e);
        }
    }

    /** Whether nothing is kept beyond the process. */
    public boolean inMemory() {
        return store instanceof StoreSettings.Memory;
    }

    /** These settings with other users. */
    public ServerSettings withUsers(UserDirectory newUsers) {
        return new ServerSettings(host, port, allowHosts, data, keys, store, lease, grace, bodies, newUsers, ready,
                time);
    }

    /** These settings with the application's own readiness. */
    public ServerSettings withReady(BooleanSupplier newReady) {
        return new ServerSettings(host, port, allowHosts, data, keys, store, lease, grace, bodies, users, newReady,
                time);
    }

    /** These settings on another clock. */
    public ServerSettings withTime(TimeSource newTime) {
        return new ServerSettings(host, port, allowHosts, data, keys, store, lease, grace, bodies, users, ready,
                newTime);
    }

    /** These settings with so many bytes of bodies. */
    public ServerSettings withBodies(long newBodies) {
        return new ServerSettings(host, port, allowHosts, data, keys, store, lease, grace, newBodies, users, ready,
                time);
    }
}
