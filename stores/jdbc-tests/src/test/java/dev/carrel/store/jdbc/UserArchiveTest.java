package dev.carrel.store.jdbc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.session.Owner;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.Store;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is kept of a user can be had and can be erased, and nothing of anybody else's. */
class UserArchiveTest {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();

    private StoreLocation place(Dialect kind) {
        return kind == Dialect.SQLITE
                ? StoreLocation.folder(folder)
                : new StoreLocation.Postgres(PostgresServer.schema());
    }

    private Store open(StoreLocation place) {
        return place instanceof StoreLocation.Postgres postgres
                ? PostgresStore.open(postgres.address(), Retention.DEFAULT, time)
                : SqliteStore.open(folder, time);
    }

    private List<String> of(StoreLocation place, Owner user) {
        var out = new ByteArrayOutputStream();
        UserArchive.write(place, user, out, time);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void a_user_is_given_all_that_is_theirs_and_nothing_of_others(Dialect kind) {
        StoreLocation place = place(kind);
        Furnished.Things things;
        try (Store store = open(place)) {
            things = new Furnished(store, time).fill();
        }
        List<String> alice = of(place, Furnished.ALICE);
        assertThat(String.join("\n", alice)).contains(things.said().text(), things.waiting().text(),
                things.left().text(), "\"milk\"", "{\"text\": \"eggs\"}", "\"value\":[1,\"ü\"]", "question m2",
                "visits",
                "\"json\":{\"n\": 1.00}", "emoji \uD83D\uDC69")
                .doesNotContain(things.bobs().text(), things.ending().text(), "bread", "motto", "credential-1",
                        "sealed", "principal");
        List<String> bob = of(place, Furnished.BOB);
        assertThat(String.join("\n", bob)).contains(things.bobs().text(), things.ending().text(), "bread")
                .doesNotContain(things.said().text(), "milk");
        assertThat(of(place, Furnished.NOBODY)).hasSize(2);
        assertThat(of(place, new Owner("other school", "alice"))).hasSize(2);
        assertThat(alice).allSatisfy(line -> assertThat(ArchiveFormat.parse(line).isObject()).isTrue());
        assertThatThrownBy(() -> UserArchive.write(place, Furnished.BOB, Path.of("/proc/bob"), time))
                .isInstanceOf(ArchiveException.class).hasMessageContaining("/proc/bob cannot be written");
    }

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void an_erased_user_leaves_only_that_they_were_erased(Dialect kind) throws SQLException {
        StoreLocation place = place(kind);
        Furnished.Things things;
        try (Store store = open(place)) {
            things = new Furnished(store, time).fill();
        }
        List<String> alice = of(place, Furnished.ALICE);
        List<String> bob = of(place, Furnished.BOB);
        assertThat(UserArchive.erase(place, Furnished.BOB, time, UserArchive.Wait.NONE))
                .isEqualTo(new UserArchive.Erased(2, 1));

        assertThat(of(place, Furnished.ALICE).subList(1, alice.size() - 1))
                .isEqualTo(alice.subList(1, alice.size() - 1));
        assertThat(bob).hasSizeGreaterThan(8);
        try (StoreView view = StoreView.open(place)) {
            assertThat(view.reading().list("SELECT owner FROM place WHERE scope = 'user'", row -> row.text(1)))
                    .containsExactly("alice");
        }
        assertThat(of(place, Furnished.BOB)).filteredOn(line -> !line.contains("\"kind\":\"ended\"")).hasSize(2);
        try (Store store = open(place)) {
            assertThat(store.sessions().find(things.bobs())).isEmpty();
            assertThat(store.sessions().ended(things.bobs())).map(EndedSession::reason).contains("erased");
            assertThat(store.state().list(new Place.OfUser(Furnished.BOB), "notes")).isEmpty();
        }
        assertThat(StoreCheck.run(place).told()).isEmpty();
        assertThat(UserArchive.erase(place, Furnished.BOB, time, UserArchive.Wait.NONE))
                .isEqualTo(new UserArchive.Erased(0, 0));
    }

    @Test
    void a_folder_that_a_server_uses_is_left_alone() {
        StoreLocation place = place(Dialect.SQLITE);
        try (Store store = open(place)) {
            new Furnished(store, time).fill();
            List<String> before = of(place, Furnished.ALICE);
            assertThatThrownBy(() -> UserArchive.erase(place, Furnished.ALICE, time, UserArchive.Wait.NONE))
                    .isInstanceOf(StoreOpenException.class).hasMessageContaining("in use");
            assertThat(of(place, Furnished.ALICE)).hasSameSizeAs(before);
            assertThat(StoreUsage.of(place)).isEqualTo(store.state().usage()).isNotEmpty();
        }
    }
}
