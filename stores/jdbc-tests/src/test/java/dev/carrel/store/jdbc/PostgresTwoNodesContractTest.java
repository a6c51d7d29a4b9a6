package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.ArrivalContract;
import dev.carrel.tck.store.EndedContract;
import dev.carrel.tck.store.LaneContract;
import dev.carrel.tck.store.LeaseContract;
import dev.carrel.tck.store.LinearisableContract;
import dev.carrel.tck.store.OperationContract;
import dev.carrel.tck.store.OwnerContract;
import dev.carrel.tck.store.RepeatContract;
import dev.carrel.tck.store.SharedContract;
import dev.carrel.test.TestTime;

/** Two nodes on one database: every call goes to one of them, and what they answer is what one store would have answered. */
class PostgresTwoNodesContractTest
        implements
            LinearisableContract,
            OperationContract,
            SharedContract,
            OwnerContract,
            EndedContract,
            LaneContract,
            ArrivalContract,
            RepeatContract,
            LeaseContract {
    private static final PostgresAddress ADDRESS = PostgresServer.schema();

    private static final TestTime TIME = TestTime.start();
    private static List<Store> nodes = List.of();

    @BeforeAll
    static void open() {
        nodes = List.of(PostgresStore.open(ADDRESS, Retention.DEFAULT, TIME),
                PostgresStore.open(ADDRESS, Retention.DEFAULT, TIME));
    }

    @AfterEach
    void empty() throws SQLException {
        try (Sql sql = PostgresServer.connect(ADDRESS)) {
            List<String> tables = sql.list(
                    Dialect.POSTGRES.tables() + " AND tablename NOT IN ('carrel_schema', 'flyway_schema_history')",
                    row -> row.text(1));
            sql.execute("TRUNCATE " + String.join(", ", tables));
        }
    }

    @AfterAll
    static void close() throws SQLException {
        nodes.forEach(Store::close);
        try (Sql sql = PostgresServer.connect(ADDRESS)) {
            sql.execute("DROP SCHEMA " + sql.first("SELECT current_schema()", row -> row.text(1)).orElseThrow()
                    + " CASCADE");
        }
    }

    @Override
    public Store store() {
        return nodes.get(ThreadLocalRandom.current().nextInt(nodes.size()));
    }

    @Override
    public TestTime time() {
        return TIME;
    }
}
