package dev.carrel.store.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A backup is the store as it stood, whole, while the store goes on. */
class BackupTest {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();

    @Test
    void a_store_that_is_written_to_is_copied_and_the_copy_can_be_opened() throws Exception {
        StoreLocation from = StoreLocation.folder(folder.resolve("data"));
        Path copy = folder.resolve("what? #1/copy.db");
        Files.createDirectories(folder.resolve("what? #1"));
        Furnished.Things things;
        var stop = new AtomicBoolean();
        try (Store store = SqliteStore.open(folder.resolve("data"), time)) {
            var furnished = new Furnished(store, time);
            things = furnished.fill();
            SessionId busy = furnished.session();
            Thread writer = Thread.ofPlatform().start(() -> {
                for (int i = 0; !stop.get(); i++) {
                    furnished.accept(furnished.asking(busy, "b" + i, "more"), Integer.MAX_VALUE);
                }
            });
            StoreCheck.Report report;
            try {
                report = Backup.run(from, copy);
            } finally {
                stop.set(true);
                writer.join();
            }
            assertThat(report.told()).isEmpty();
            assertThat(report.counts().get("sessions")).isEqualTo(6);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy))).isEqualTo("rw-------");
        assertThat(copy.getParent()).isDirectoryNotContaining("glob:**.part*");
        assertThat(StoreCheck.run(StoreLocation.of(copy.toString())).whole()).isTrue();

        Path restored = Files.createDirectories(folder.resolve("restored"));
        Files.copy(copy, restored.resolve(SqliteStore.FILE));
        try (Store store = SqliteStore.open(restored, time)) {
            new Furnished(store, time).goOn(things);
        }
    }

    @Test
    void a_copy_that_cannot_be_made_is_refused_in_one_line_and_leaves_nothing() throws IOException {
        StoreLocation from = StoreLocation.folder(folder.resolve("data"));
        assertThatThrownBy(() -> Backup.run(from, folder.resolve("copy.db"))).hasMessageContaining("There is no store");
        SqliteStore.open(folder.resolve("data"), time).close();
        Path there = Files.writeString(folder.resolve("there"), "mine");
        assertThatThrownBy(() -> Backup.run(from, there)).isInstanceOf(ArchiveException.class)
                .hasMessageContaining("is there already");
        assertThat(there).hasContent("mine");
        assertThatThrownBy(() -> Backup.run(from, folder.resolve("no/copy.db")))
                .hasMessageContaining("there is no such file or folder");
        assertThatThrownBy(() -> Backup.run(from, Path.of("/proc/copy.db"))).isInstanceOf(ArchiveException.class)
                .hasMessageContaining("/proc/copy.db cannot be written").hasMessageNotContaining("\n");
        assertThatThrownBy(() -> Backup.run(StoreLocation.of("postgres://somebody:secret@db/chat"), there))
                .hasMessageContaining("pg_dump").hasMessageContaining("carrel store export")
                .hasMessageNotContaining("secret");
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("data", "there");
        }
    }

    @Test
    void a_store_of_the_first_schema_is_brought_up_to_date() {
        StoreLocation.Sqlite place = new StoreLocation.Sqlite(folder.resolve(SqliteStore.FILE));
        Flyway.configure().dataSource(place.writing()).locations("classpath:dev/carrel/store/jdbc/sqlite").target("1")
                .load().migrate();
        assertThatThrownBy(() -> StoreCheck.run(place)).hasMessageContaining("is at schema 1");
        assertThatThrownBy(() -> Backup.run(place, folder.resolve("copy.db"))).hasMessageContaining("is at schema 1");
        assertThat(StoreMigration.run(place, time)).isEqualTo(new StoreMigration.Result(1, Schema.VERSION));
        assertThat(StoreCheck.run(place).whole()).isTrue();
    }

    @Test
    void a_store_is_made_and_says_from_which_schema_it_came() {
        StoreLocation place = StoreLocation.folder(folder.resolve("new"));
        assertThat(StoreMigration.run(place, time)).isEqualTo(new StoreMigration.Result(0, Schema.VERSION));
        assertThat(StoreMigration.run(place, time))
                .isEqualTo(new StoreMigration.Result(Schema.VERSION, Schema.VERSION));
        StoreLocation shared = new StoreLocation.Postgres(PostgresServer.schema());
        assertThat(StoreMigration.run(shared, time)).isEqualTo(new StoreMigration.Result(0, Schema.VERSION));
        assertThat(StoreMigration.run(shared, time).from()).isEqualTo(Schema.VERSION);
        var out = new ByteArrayOutputStream();
        assertThat(Archive.write(shared, out, time).total()).isZero();
    }
}
