package dev.carrel.store.jdbc;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A check finds each thing that cannot be in a store that Carrel wrote, and says where without saying what was said. */
class StoreCheckTest {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();

    private StoreLocation store(Dialect kind) {
        StoreLocation place = kind == Dialect.SQLITE
                ? StoreLocation.folder(folder)
                : new StoreLocation.Postgres(PostgresServer.schema());
        try (Store store = place instanceof StoreLocation.Postgres postgres
                ? PostgresStore.open(postgres.address(), Retention.DEFAULT, time)
                : SqliteStore.open(folder, time)) {
            new Furnished(store, time).fill();
        }
        return place;
    }

    private static Connection connect(StoreLocation place) throws SQLException {
        return switch (place) {
            case StoreLocation.Sqlite sqlite -> sqlite.writing().getConnection();
            case StoreLocation.Postgres postgres -> postgres.source().getConnection();
        };
    }

    private static void execute(StoreLocation place, String sql) throws SQLException {
        try (Connection connection = connect(place); var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private static String id(StoreLocation place, String sql) throws SQLException {
        try (Connection connection = connect(place);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_store_that_is_whole_is_counted(Dialect kind) {
        StoreCheck.Report report = StoreCheck.run(store(kind));
        assertThat(report.told()).isEmpty();
        assertThat(report.whole()).isTrue();
        assertThat(report.schema()).isEqualTo(Schema.VERSION);
        assertThat(report.counts()).containsEntry("sessions", 5L).containsEntry("ended sessions", 2L)
                .containsKeys("turns", "events", "values", "entries")
                .allSatisfy((what, count) -> assertThat(count).isPositive());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SQLITE | DELETE FROM event WHERE number = 3 AND session = 1 | its log should hold events 1 to
            POSTGRES | DELETE FROM event WHERE number = 3 AND session = 1 | its log should hold events 1 to
            SQLITE | UPDATE session SET head = head + 1 WHERE n = 1 | its log should hold events 1 to
            SQLITE | UPDATE session SET first = 2 WHERE n = 1 | its log should hold events 2 to
            SQLITE | UPDATE session SET open = open + 1 WHERE n = 1 | it should have 1 open turns, and has 0
            POSTGRES | UPDATE session SET open = open + 1 WHERE n = 1 | it should have 1 open turns, and has 0
            SQLITE | UPDATE session SET running = NULL WHERE n = 2 | and the session does not say so
            SQLITE | UPDATE session SET waiting = 0 WHERE n = 2 | and the session does not say so
            SQLITE | UPDATE session SET running = 1 WHERE n = 1 | a turn should run that does not
            SQLITE | UPDATE turn SET status = 'sleeping' WHERE session = 1 AND message = 'm1' | a status that is not known
            POSTGRES | UPDATE turn SET status = 'sleeping' WHERE session = 1 AND message = 'm1' | a status that is not known
            SQLITE | UPDATE turn SET data = 3 WHERE session = 1 AND message = 'm1' | should have 3 values
            SQLITE | UPDATE session SET changes = 1 WHERE n = 1 | its history ends at 1
            SQLITE | UPDATE event SET json = '{secret' WHERE session = 1 AND number = 2 | event 2 is no JSON
            POSTGRES | UPDATE event SET json = '{secret' WHERE session = 1 AND number = 2 | event 2 is no JSON
            SQLITE | UPDATE state SET json = '{secret' WHERE place = 1 AND name = 'note' | value note of place 0 (session) is no JSON
            POSTGRES | UPDATE entry SET json = '' WHERE place = 1 AND id = 'd1' | of list diary
            SQLITE | UPDATE change SET json = '{} secret' WHERE session = 1 AND number = 1 | change 1 is no JSON
            SQLITE | UPDATE answer_data SET json = 'secret' WHERE turn = 1 | value 0 of turn
            SQLITE | UPDATE question SET answer = 'secret' WHERE ask = 0 | answer 0 of turn
            """)
    void what_is_wrong_is_told_by_session(Dialect kind, String damage, String says) throws SQLException {
        StoreLocation place = store(kind);
        String session = id(place, "SELECT id FROM session WHERE n = "
                + (damage.contains("n = 2") || damage.contains("question") ? 2 : 1));
        execute(place, damage);
        StoreCheck.Report report = StoreCheck.run(place);
        assertThat(report.whole()).isFalse();
        assertThat(report.told()).anySatisfy(line -> assertThat(line).contains("session " + session + ": ", says))
                .allSatisfy(line -> assertThat(line).doesNotContain("secret", "What is", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DELETE FROM session WHERE n = 1 | belong to nothing that is there
            UPDATE turn SET session = 999 WHERE session = 1 AND message = 'm1' | 1 turns belong to nothing
            DELETE FROM place WHERE scope = 'application' | 1 values belong to nothing
            DELETE FROM ended | it is ending, and nothing says so
            INSERT INTO ended SELECT id, tenant, owner, chat, 'idle', 0 FROM session WHERE n = 1 | it has ended, and is there
            UPDATE entry SET json = '{secret' WHERE place < 0 AND id = 'n1' | of list notes of place
            """)
    void what_belongs_to_nothing_is_told(String damage, String says) throws SQLException {
        StoreLocation place = store(Dialect.SQLITE);
        execute(place, damage);
        StoreCheck.Report report = StoreCheck.run(place);
        assertThat(report.whole()).isFalse();
        assertThat(report.told()).anySatisfy(line -> assertThat(line).contains(says))
                .allSatisfy(line -> assertThat(line).doesNotContain("secret", "What is", "\n"));
    }

    @Test
    void more_troubles_than_can_be_told_are_counted() throws SQLException {
        StoreLocation place = store(Dialect.SQLITE);
        execute(place, "UPDATE event SET json = 'x'");
        StoreCheck.Report report = StoreCheck.run(place);
        assertThat(report.told()).hasSize(50);
        assertThat(report.troubles()).isGreaterThan(55);
    }

    @Test
    void a_damaged_database_is_told() throws IOException {
        StoreLocation place = store(Dialect.SQLITE);
        try (var file = new RandomAccessFile(folder.resolve(SqliteStore.FILE).toFile(), "rw")) {
            file.seek(file.length() - 4096 * 2L);
            file.write(new byte[4096]);
        }
        try {
            assertThat(StoreCheck.run(place).told()).anySatisfy(line -> assertThat(line).startsWith("the database: "));
        } catch (ArchiveException e) {
            assertThat(e).hasMessageContaining("is damaged: restore it from a backup");
        }
    }

    @Test
    void what_is_no_store_is_refused_in_one_line() throws IOException, SQLException {
        assertThatThrownBy(() -> StoreCheck.run(StoreLocation.folder(folder)))
                .hasMessageContaining("There is no store in " + folder).hasMessageContaining("--data");
        Files.writeString(folder.resolve(SqliteStore.FILE), "This is a letter to my grandmother. ".repeat(200));
        assertThatThrownBy(() -> StoreCheck.run(StoreLocation.folder(folder)))
                .hasMessageContaining("is not a SQLite database");
        assertThatThrownBy(() -> StoreCheck.run(StoreLocation.of("postgres://nobody@localhost:1/none")))
                .isInstanceOf(ArchiveException.class).hasMessageContaining("cannot be reached");
        Files.delete(folder.resolve(SqliteStore.FILE));
        StoreLocation place = store(Dialect.SQLITE);
        execute(place, "UPDATE carrel_schema SET version = 9, usable_from = 9");
        assertThatThrownBy(() -> StoreCheck.run(place)).hasMessageContaining("newer version of Carrel")
                .hasMessageNotContaining("\n");
        assertThatThrownBy(() -> StoreMigration.run(place, time)).hasMessageContaining("newer version of Carrel");
        execute(place, "UPDATE carrel_schema SET version = 1, usable_from = 1");
        assertThatThrownBy(() -> StoreCheck.run(place)).hasMessageContaining("is at schema 1")
                .hasMessageContaining("carrel store migrate");
    }

    @Test
    void a_check_changes_nothing_and_disturbs_nobody() throws IOException {
        StoreLocation place = store(Dialect.SQLITE);
        byte[] before = Files.readAllBytes(folder.resolve(SqliteStore.FILE));
        assertThat(StoreCheck.run(place).whole()).isTrue();
        assertThat(Files.readAllBytes(folder.resolve(SqliteStore.FILE))).isEqualTo(before);
        try (Store store = SqliteStore.open(folder, time)) {
            assertThat(StoreCheck.run(place).whole()).isTrue();
            new Furnished(store, time).session();
        }
    }
}
