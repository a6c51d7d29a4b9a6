package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.DurableStoreContract;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** PostgreSQL keeps the contract. */
class PostgresStoreContractTest implements DurableStoreContract, FarewellContract {
    private static final PostgresAddress ADDRESS = PostgresServer.schema();

    private final TestTime time = TestTime.start();
    private @Nullable Store store;

    @BeforeEach
    void open() {
        store = PostgresStore.open(ADDRESS, Retention.DEFAULT, time);
    }

    @AfterEach
    void close() throws SQLException {
        store().close();
        try (Sql sql = PostgresServer.connect(ADDRESS)) {
            sql.execute("TRUNCATE " + String.join(", ", tables(sql)));
        }
    }

    @AfterAll
    static void drop() throws SQLException {
        PostgresServer.drop(ADDRESS);
    }

    private static List<String> tables(Sql sql) throws SQLException {
        return sql.list(Dialect.POSTGRES.tables() + " AND tablename NOT IN ('carrel_schema', 'flyway_schema_history')",
                row -> row.text(1));
    }

    @Override
    public void reopen() {
        store().close();
        open();
    }

    @Override
    public Store store() {
        return java.util.Objects.requireNonNull(store);
    }

    @Override
    public TestTime time() {
        return time;
    }

    @Test
    void a_deleted_session_leaves_no_row_in_any_table() throws SQLException {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        commit(claim, List.of(text(claim, 0), new Event.Data(turn, 1, 1, "sources", "[1]")),
                new Changes(List.of(put("key", 0, "1")), List.of(
                        new Changes.Append(new Place.OfSession(session), "list", "e1", value("1"), time().now()))));
        accept(session, "m2");

        end(session);

        try (Sql sql = PostgresServer.connect(ADDRESS)) {
            for (String table : tables(sql)) {
                assertThat(sql.first("SELECT count(*) FROM " + table, row -> row.number(1))).as(table)
                        .contains(table.equals("ended") ? 1L : 0L);
            }
        }
    }
}
