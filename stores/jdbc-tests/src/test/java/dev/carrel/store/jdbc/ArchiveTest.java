package dev.carrel.store.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A store that went through an archive is the same store; an archive that was cut or changed fills nothing. */
class ArchiveTest {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();

    private StoreLocation place(Dialect kind, String name) {
        return kind == Dialect.SQLITE
                ? StoreLocation.folder(folder.resolve(name))
                : new StoreLocation.Postgres(PostgresServer.schema());
    }

    private Store open(StoreLocation place) {
        return switch (place) {
            case StoreLocation.Sqlite sqlite -> SqliteStore.open(sqlite.folder(), time);
            case StoreLocation.Postgres postgres -> PostgresStore.open(postgres.address(), Retention.DEFAULT, time);
        };
    }

    private Furnished.Things fill(StoreLocation place) {
        try (Store store = open(place)) {
            return new Furnished(store, time).fill();
        }
    }

    private static List<String> lines(StoreLocation place) {
        List<String> all = new ArrayList<>();
        try (Lines lines = Archive.of(place)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                all.add(line);
            }
        }
        return all;
    }

    private byte[] archived(StoreLocation place) {
        var out = new ByteArrayOutputStream();
        Archive.write(place, out, time);
        return out.toByteArray();
    }

    private void refused(byte[] archive, StoreLocation into, String... says) {
        assertThatThrownBy(() -> Archive.read(new ByteArrayInputStream(archive), into, time))
                .isInstanceOf(ArchiveException.class)
                .satisfies(e -> assertThat(List.of(says)).allSatisfy(each -> assertThat(e).hasMessageContaining(each)))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void from_one_kind_to_the_other_and_back_every_line_is_the_same(Dialect kind) {
        StoreLocation first = place(kind, "first");
        StoreLocation second = place(kind == Dialect.SQLITE ? Dialect.POSTGRES : Dialect.SQLITE, "second");
        StoreLocation third = place(kind, "third");
        Furnished.Things things = fill(first);

        Archive.Summary there = Archive.read(new ByteArrayInputStream(archived(first)), second, time);
        Archive.Summary back = Archive.read(new ByteArrayInputStream(archived(second)), third, time);

        assertThat(lines(second)).isEqualTo(lines(first));
        assertThat(lines(third)).isEqualTo(lines(first));
        assertThat(there).isEqualTo(back);
        assertThat(there.counts()).containsOnlyKeys(ArchiveRecord.ALL.stream().map(ArchiveRecord::kind).toList());
        for (StoreLocation each : List.of(first, second, third)) {
            assertThat(StoreCheck.run(each)).satisfies(report -> assertThat(report.told()).isEmpty())
                    .matches(StoreCheck.Report::whole);
        }
        for (StoreLocation each : List.of(second, third)) {
            try (Store store = open(each)) {
                new Furnished(store, time).goOn(things);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_store_in_use_is_written_as_it_stood_at_one_moment(Dialect kind) {
        StoreLocation place = place(kind, "used");
        try (Store store = open(place)) {
            var furnished = new Furnished(store, time);
            furnished.fill();
            List<String> before = lines(place);
            List<String> during = new ArrayList<>();
            try (Lines lines = Archive.of(place)) {
                during.add(String.valueOf(lines.next()));
                furnished.accept(furnished.session(), "m1");
                store.state().apply(List.of(furnished.note(Furnished.ALICE, "notes", "n3", "\"late\"")));
                for (String line = lines.next(); line != null; line = lines.next()) {
                    during.add(line);
                }
            }
            assertThat(during).isEqualTo(before);
            assertThat(lines(place)).hasSizeGreaterThan(before.size());
        }
    }

    @Test
    void an_archive_that_was_cut_anywhere_fills_nothing() {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        byte[] whole = archived(from);
        StoreLocation into = place(Dialect.SQLITE, "into");
        var random = new Random(7);
        for (int i = 0; i < 40; i++) {
            refused(Arrays.copyOf(whole, random.nextInt(whole.length)), into);
        }
        refused(Arrays.copyOf(whole, whole.length - 1), into, "cut off in line");
        int beforeEnd = new String(whole, StandardCharsets.ISO_8859_1).lastIndexOf("{\"kind\":\"end\"");
        refused(Arrays.copyOf(whole, beforeEnd), into, "cut off after line", "its end is missing");
        refused(new byte[0], into, "is empty");
        assertThat(lines(into)).isEmpty();
        Archive.read(new ByteArrayInputStream(whole), into, time);
        assertThat(lines(into)).isEqualTo(lines(from));
    }

    @Test
    void an_archive_in_which_a_byte_was_changed_fills_nothing() throws IOException {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        byte[] whole = archived(from);
        StoreLocation into = place(Dialect.SQLITE, "into");
        Path file = folder.resolve("changed");
        var random = new Random(8);
        // The moment in the header is not what the store held, but it is what was written.
        for (int i = 0; i < 60; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(7));
            refused(changed, into);
            assertThatThrownBy(() -> Archive.verify(Files.write(file, changed))).isInstanceOf(ArchiveException.class);
        }
        String text = new String(whole, StandardCharsets.UTF_8);
        refused(text.replace("question m1", "question m7").getBytes(StandardCharsets.UTF_8), into, "was changed",
                "checksum");
        refused((text + "more\n").getBytes(StandardCharsets.UTF_8), into, "something after its end");
        assertThat(lines(into)).isEmpty();
    }

    /** An archive whose last line is right. */
    private static byte[] archive(String... records) throws IOException {
        var out = new ByteArrayOutputStream();
        var left = new ArrayList<>(List.of(records));
        Archive.write(new Lines() {
            @Override
            public @org.jspecify.annotations.Nullable String next() {
                return left.isEmpty() ? null : left.removeFirst();
            }

            @Override
            public void close() {}
        }, Schema.VERSION, TestTime.start().now(), out);
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void records_that_do_not_fit_are_refused_with_their_line_and_without_their_content(Dialect kind)
            throws IOException {
        StoreLocation into = place(kind, "into");
        String ended = "{\"kind\":\"ended\",\"id\":\"secret\",\"tenant\":\"t\",\"user\":\"u\",\"chat\":\"c\","
                + "\"reason\":\"idle\",\"at\":\"2026-01-01T00:00:00Z\"}";
        refused(archive(ended, "{\"kind\":\"poem\",\"text\":\"secret\"}"), into, "line 3 of the input",
                "no \"poem\"");
        refused(archive(ended.replace("2026-01-01T", "secret")), into, "line 2", "\"at\" is no moment");
        refused(archive(ended.replace("\"reason\":\"idle\",", "")), into, "line 2", "\"reason\" is missing");
        refused(archive(ended, ended), into, "stands there twice");
        refused(archive("{\"kind\":\"event\",\"session\":\"secret\",\"number\":1,\"event\":\"text\",\"version\":1,"
                + "\"json\":\"{}\",\"at\":\"2026-01-01T00:00:00Z\"}"), into, "names a session");
        refused("{\"kind\":\"carrel-archive\",\"version\":2}\n".getBytes(StandardCharsets.UTF_8), into, "version 2",
                "update Carrel");
        refused("secret\n".getBytes(StandardCharsets.UTF_8), into, "is no archive");
        refused(new byte[1_000_000], into, "is no archive");
        assertThatThrownBy(() -> Archive.read(new ByteArrayInputStream(archive("{\"kind\":\"ended\",secret}")), into,
                time)).isInstanceOf(ArchiveException.class).hasMessageNotContaining("secret");
        assertThat(lines(into)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_store_that_holds_something_is_not_filled(Dialect kind) {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        StoreLocation into = place(kind, "into");
        try (Store store = open(into)) {
            var furnished = new Furnished(store, time);
            store.state().apply(List.of(furnished.note(Furnished.BOB, "notes", "n1", "\"mine\"")));
        }
        List<String> before = lines(into);
        refused(archived(from), into, "is not empty");
        assertThat(lines(into)).isEqualTo(before).hasSize(2);
    }

    @Test
    void a_store_whose_users_were_erased_is_empty() {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        StoreLocation into = place(Dialect.SQLITE, "into");
        try (Store store = open(into)) {
            var furnished = new Furnished(store, time);
            store.state().apply(List.of(furnished.note(Furnished.BOB, "notes", "n1", "\"mine\"")));
        }
        UserArchive.erase(into, Furnished.BOB, time, UserArchive.Wait.NONE);
        Archive.read(new ByteArrayInputStream(archived(from)), into, time);
        assertThat(lines(into)).isEqualTo(lines(from));
    }

    @Test
    void a_store_in_use_by_a_server_is_not_filled() {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        StoreLocation into = place(Dialect.SQLITE, "into");
        try (Store _ = open(into)) {
            assertThatThrownBy(() -> Archive.read(new ByteArrayInputStream(archived(from)), into, time))
                    .isInstanceOf(StoreOpenException.class).hasMessageContaining("in use");
        }
        assertThat(lines(into)).isEmpty();
    }

    @Test
    void the_file_is_its_owners_and_there_whole_or_not_at_all() throws IOException {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        Path file = folder.resolve("store.jsonl");
        Archive.Summary written = Archive.write(from, file, time);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        assertThat(Archive.verify(file)).isEqualTo(written);
        assertThat(Files.readAllLines(file)).hasSize((int) written.total() + 2);

        assertThatThrownBy(() -> Archive.write(from, file, time)).hasMessageContaining("is there already");
        Path nowhere = folder.resolve("no/such/folder/store.jsonl");
        assertThatThrownBy(() -> Archive.write(from, nowhere, time)).isInstanceOf(ArchiveException.class)
                .hasMessageContaining("cannot be written: there is no such file or folder");
        assertThatThrownBy(() -> Archive.verify(nowhere)).hasMessageContaining("there is no such file");
        assertThatThrownBy(() -> Archive.verify(folder)).hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Archive.write(place(Dialect.SQLITE, "nothing"), folder.resolve("x"), time))
                .hasMessageContaining("There is no store in");
        try (var files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("from",
                    "store.jsonl");
        }
    }

    @Test
    void an_archive_for_which_the_disk_is_too_small_leaves_no_file() {
        StoreLocation from = place(Dialect.SQLITE, "from");
        fill(from);
        Path file = folder.resolve("store.jsonl");
        assertThatThrownBy(() -> TargetFile.write(file, out -> {
            try (Lines lines = Archive.of(from);
                    var full = Files.newOutputStream(Path.of("/dev/full"))) {
                return Archive.write(lines, Schema.VERSION, time.now(), full);
            }
        })).isInstanceOf(ArchiveException.class).hasMessageContaining("No space left");
        assertThat(folder).isDirectoryNotContaining("glob:**store.jsonl*");
    }

    @Test
    void two_stores_are_compared_record_by_record() {
        StoreLocation one = place(Dialect.SQLITE, "one");
        StoreLocation other = place(Dialect.SQLITE, "other");
        Furnished.Things things = fill(one);
        Path file = folder.resolve("store.jsonl");
        Archive.write(one, file, time);
        Archive.read(file, other, time);
        String first = folder.resolve("one").toString();
        String second = folder.resolve("other").toString();
        assertThat(Archive.difference(Archive.Source.named(first), Archive.Source.named(second))).isEmpty();
        assertThat(Archive.difference(Archive.Source.named(file.toString()), Archive.Source.named(second))).isEmpty();

        try (Store store = open(other)) {
            new Furnished(store, time).write(things.said(),
                    new Furnished(store, time).change("note", store.state().read(
                            new dev.carrel.session.store.Place.OfSession(things.said()), "note").version(),
                            "\"secret\""));
        }
        assertThat(Archive.difference(Archive.Source.named(first), Archive.Source.named(second))).hasValueSatisfying(
                text -> assertThat(text).contains("session " + things.said()).doesNotContain("secret", "\n"));
    }
}
