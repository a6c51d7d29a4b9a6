package dev.carrel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

import dev.carrel.app.App;
import dev.carrel.app.Models;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.Durability;
import dev.carrel.time.TimeSource;
import dev.carrel.web.PasswordUsers;
import dev.carrel.web.User;
import dev.carrel.web.UserDirectory;

/** A server on a free port, with alice and bob as users, and olga, who is an operator. */
final class TestServer implements AutoCloseable {
    static final String PASSWORD = "correct horse";
    private static final UserDirectory USERS = PasswordUsers.of(Map.of(new User("alice", "Alice", Set.of()), PASSWORD,
            new User("bob", "Bob", Set.of()), PASSWORD, new User("olga", "Olga", Set.of("operator")), PASSWORD));

    private final CarrelServer server;

    private TestServer(CarrelServer server) {
        this.server = server;
    }

    static TestServer inMemory(App app) {
        return new TestServer(CarrelServer.start(app, settings(Path.of("unused"), "memory")));
    }

    /** As {@link #inMemory(App)}, with some settings of its own. */
    static TestServer inMemory(App app, UnaryOperator<ServerSettings> change) {
        return new TestServer(CarrelServer.start(app, change.apply(settings(Path.of("unused"), "memory"))));
    }

    static TestServer onSqlite(App app, Path data) {
        return new TestServer(CarrelServer.start(app, settings(data, "sqlite")));
    }

    /** As {@link #onSqlite(App, Path)}, with what a turn that runs is given when the server stops. */
    static TestServer onSqlite(App app, Path data, Duration grace) {
        ServerSettings settings = settings(data, "sqlite");
        return new TestServer(
                CarrelServer.start(app,
                        new ServerSettings(settings.host(), 0, Set.of(), data, data.resolve("keys"),
                                StoreSettings.parse("sqlite", Durability.NORMAL),
                                settings.lease(), grace,
                                USERS, () -> true, settings.time())));
    }

    /** On a store that is at hand, for which other servers may be started at the same time. */
    static TestServer on(Store store, App app, KeyRing keys) {
        return on(store, app, keys, TimeSource.system());
    }

    static TestServer on(Store store, App app, KeyRing keys, TimeSource time) {
        Path data = Path.of("unused");
        ServerSettings settings = new ServerSettings("127.0.0.1", 0, Set.of(), data, data, new StoreSettings.Memory(),
                Duration.ofSeconds(15), Duration.ofSeconds(2), USERS, () -> true, time);
        return new TestServer(CarrelServer.start(app, store, keys, settings));
    }

    static ServerSettings settings(Path data, String store) {
        return new ServerSettings("127.0.0.1", 0, Set.of(), data, data.resolve("keys"),
                StoreSettings.parse(store, Durability.NORMAL), Duration.ofSeconds(15),
                Duration.ofSeconds(2), USERS, () -> true,
                TimeSource.system());
    }

    URI uri() {
        return server.uri();
    }

    /** How many event streams are open. */
    int streams() {
        return server.streams();
    }

    /** How many calls of the model wait for a batch. */
    int waiting(String model) {
        return server.engine().models().health(model).waiting();
    }

    /** The models that run in it. */
    Models models() {
        return server.models();
    }

    /** A browser of its own: cookies and all. */
    TestClient client() {
        return new TestClient(uri());
    }

    /** A browser in which this user has signed in. */
    TestClient signedIn(String user) {
        TestClient client = client();
        try {
            client.post("/login", Map.of("user", user, "password", PASSWORD)).expect(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}
