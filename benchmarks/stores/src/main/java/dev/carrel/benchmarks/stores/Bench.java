package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.time.Duration;

import dev.carrel.app.engine.Engine;
import dev.carrel.benchmarks.TemporaryFolder;
import dev.carrel.context.Authority;
import dev.carrel.context.Principal;
import dev.carrel.id.SessionId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/** A store with the real engine on it, running the echo that counts, without HTTP. Each session has a user of its own. */
final class Bench implements AutoCloseable {
    private final TemporaryFolder folder;
    private final Store store;
    private final Engine engine;
    private final Authority authority = Authority.named("benchmark");
    private final Conversation other;

    Bench(Kind kind) throws IOException {
        this(kind, TimeSource.system());
    }

    Bench(Kind kind, TimeSource time) throws IOException {
        folder = TemporaryFolder.create();
        store = kind.open(folder.path(), time);
        engine = new Engine(CountServer.app(), store, KeyRing.random(), time);
        engine.start();
        other = begin(-1);
    }

    Store store() {
        return store;
    }

    /** A new session of the i-th user. */
    Conversation begin(int i) {
        Principal user = user(i);
        return new Conversation(engine, authority, engine.create(user, null), 0);
    }

    /** The session of the i-th user, which has counted so far. */
    Conversation resume(int i, SessionId id, int count) {
        return new Conversation(engine, authority, engine.sessions().open(user(i), id), count);
    }

    /** A session beside those that are measured. May be read by several threads at once. */
    Conversation other() {
        return other;
    }

    private Principal user(int i) {
        return authority.visitor("benchmark", "user" + i);
    }

    @Override
    public void close() throws IOException {
        engine.stop(Duration.ofSeconds(10));
        store.close();
        folder.close();
    }
}
