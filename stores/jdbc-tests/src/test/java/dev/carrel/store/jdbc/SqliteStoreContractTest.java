package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.DurableStoreContract;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** SQLite keeps the contract, and what it keeps outlives the process. */
class SqliteStoreContractTest implements DurableStoreContract, FarewellContract {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();
    private @Nullable Store store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder, time);
    }

    @AfterEach
    void close() {
        store().close();
    }

    @Override
    public void reopen() {
        close();
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
    void the_leases_of_an_earlier_process_are_void() {
        SessionId session = session();
        TurnId cut = accept(session, "m1");
        TurnId next = accept(session, "m2");
        Claim old = claim(session);
        store().turns().append(old, List.of(text(old, 0)));
        SessionId alone = session();
        accept(alone, "m1");
        claim(alone);
        reopen();

        assertThat(store().turns().waiting()).containsExactlyInAnyOrder(session, alone);
        assertThat(store().turns().append(old, List.of(text(old, 1)))).isFalse();
        assertThat(commit(old, List.of(), Changes.NONE).lost()).isTrue();
        Claim claim = claim(session);

        assertThat(claim.turn().id()).isEqualTo(next);
        assertThat(claim.fence()).isGreaterThan(old.fence());
        Turn closed = store().turns().find(session, cut).orElseThrow();
        assertThat(closed.status()).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(closed.answer().text()).isEqualTo("piece 0 ");
        assertThat(tryClaim(alone, NODE)).isEmpty();
        assertThat(kinds(alone)).containsExactly("message", "started", "interrupted");
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
        assertThat(rows()).doesNotContainValue(0L);

        end(session);

        assertThat(rows().values()).containsOnly(0L);
    }

    private Map<String, Long> rows() throws SQLException {
        var source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + folder.resolve(SqliteStore.FILE));
        Map<String, Long> rows = new HashMap<>();
        try (var sql = new Sql(source.getConnection(), Dialect.SQLITE, null)) {
            for (String table : List.of("session", "turn", "answer_data", "event", "state", "change", "entry")) {
                rows.put(table, sql.first("SELECT count(*) FROM " + table, row -> row.number(1)).orElseThrow());
            }
        }
        return rows;
    }
}
