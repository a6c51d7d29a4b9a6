package dev.carrel.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.session.store.Store;
import dev.carrel.store.jdbc.Durability;
import dev.carrel.store.jdbc.SqliteStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@code --store} names a store, and what is wrong with it is said without the password. */
class StoreSettingTest {
    @TempDir
    Path folder;

    private ServerSettings of(String store) {
        return ServerSettings.of(Configuration.of(Map.of("store", store, "data", folder.toString()), Map.of(), folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgress://anna:secret@host/db", "postgres://anna:secret@host",
            "mysql://anna:secret@host/db",
            "postgres://anna:sec ret@host/db", "h2"})
    void what_is_no_store_is_refused_without_the_password(String store) {
        assertThatThrownBy(() -> of(store)).isInstanceOf(StartException.class).hasMessageContaining("postgres://")
                .hasMessageNotContaining("sec");
    }

    @Test
    void settings_do_not_show_the_password() {
        assertThat(of("postgres://anna:secret@host:5433/db")).asString().contains("postgresql://host:5433/db")
                .doesNotContain("secret", "anna");
    }

    @Test
    void a_database_that_cannot_be_reached_is_named_without_the_password() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ServerSettings settings = of("postgres://anna:secret@127.0.0.1:" + port + "/db");
        assertThatThrownBy(() -> CarrelServer.start(new TestApp().app(), settings)).isInstanceOf(StartException.class)
                .hasMessageContaining("postgresql://127.0.0.1:" + port + "/db cannot be reached")
                .hasMessageNotContaining("secret").hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource({"full, FULL", "normal, NORMAL", "'', NORMAL"})
    void durability_reaches_the_database(String setting, Durability expected) throws Exception {
        Map<String, String> given = setting.isEmpty() ? Map.of() : Map.of("durability", setting);
        ServerSettings settings = ServerSettings.of(Configuration.of(given, Map.of(), folder));
        try (Store store = settings.store().open(folder, TimeSource.system())) {
            assertThat(((SqliteStore) store).durability()).isEqualTo(expected);
        }
    }

    @Test
    void a_durability_that_there_is_not_is_refused() {
        assertThatThrownBy(() -> ServerSettings.of(Configuration.of(Map.of("durability", "total"), Map.of(), folder)))
                .isInstanceOf(StartException.class).hasMessageContaining("normal or full");
    }
}
