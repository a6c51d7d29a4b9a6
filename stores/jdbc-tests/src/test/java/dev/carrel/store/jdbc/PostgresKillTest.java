package dev.carrel.store.jdbc;

import java.io.IOException;
import java.sql.SQLException;

import org.junit.jupiter.api.AfterEach;

import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.CrashContract;
import dev.carrel.tck.store.CrashWriter;

/** G10: what PostgreSQL has acknowledged survives {@code kill -9} of the node that asked for it. */
class PostgresKillTest implements CrashContract {
    private final PostgresAddress address = PostgresServer.schema();

    @AfterEach
    void drop() throws SQLException {
        PostgresServer.drop(address);
    }

    @Override
    public Process writer() throws IOException {
        return Child.start(Writing.class, Child.classPath(), PostgresServer.text(address));
    }

    @Override
    public Store open() {
        return PostgresStore.open(address, Retention.DEFAULT);
    }

    @Override
    public int acknowledgements() {
        return 200;
    }

    /** The process that is killed. */
    static final class Writing {
        private Writing() {}

        public static void main(String[] args) {
            CrashWriter.write(PostgresStore.open(PostgresAddress.parse(args[0]), Retention.DEFAULT), System.out);
        }
    }
}
