package dev.carrel.benchmarks.stores;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.CarrelServer;
import dev.carrel.server.Configuration;
import dev.carrel.server.ServerSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CountLoadTest {
    private static final Peer SPRING = new SpringPeer("", "", "", 1);
    private static final int SESSIONS = 5;
    private static final int CONNECTIONS = 8;
    private static final double SECONDS = 0.2;

    @Test
    void what_carrel_acknowledged_is_found_again(@TempDir Path folder) throws IOException {
        var settings = ServerSettings.of(Configuration.of(Map.of("port", "0", "store", "memory"), Map.of(), folder));
        try (CarrelServer server = CarrelServer.start(CountServer.app(), settings);
                var load = new CountLoad(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort()),
                        new CarrelPeer("", "memory", "update"), SESSIONS, CONNECTIONS)) {
            CountLoad.Counted counted = load.count(SECONDS);

            assertThat(counted.acknowledged()).isPositive().isEqualTo(counted.stored());
            assertThat(counted.lost()).isZero();
            assertThat(counted.failed()).isZero();
            assertThat(counted.latencies().size()).isEqualTo((int) counted.acknowledged());
        }
    }

    @Test
    void what_was_acknowledged_and_forgotten_is_counted_as_lost() throws IOException {
        CountLoad.Counted counted = count(server -> server.forgets(n -> n % 2 == 0));

        assertThat(counted.lost()).isPositive().isEqualTo(counted.acknowledged() / 2);
        assertThat(counted.stored()).isEqualTo(counted.acknowledged() - counted.lost());
    }

    @Test
    void an_error_is_counted_and_neither_acknowledged_nor_lost() throws IOException {
        CountLoad.Counted counted = count(server -> server.fails(n -> n % 3 == 0));

        assertThat(counted.failed()).isPositive();
        assertThat(counted.acknowledged()).isPositive().isEqualTo(counted.stored());
        assertThat(counted.lost()).isZero();
    }

    @Test
    void a_connection_that_the_server_closes_is_opened_again() throws IOException {
        CountLoad.Counted counted = count(ForgetfulServer::hangsUp);

        assertThat(counted.acknowledged()).isPositive().isEqualTo(counted.stored());
        assertThat(counted.failed()).isZero();
    }

    @Test
    void an_answer_with_the_words_of_another_ends_the_run() {
        assertThatThrownBy(() -> count(server -> server.mishears(n -> n == 3)))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("what?");
    }

    /** Says what goes wrong at the server. */
    @FunctionalInterface
    private interface Trouble {
        ForgetfulServer at(ForgetfulServer server);
    }

    private static CountLoad.Counted count(Trouble trouble) throws IOException {
        try (ForgetfulServer server = trouble.at(new ForgetfulServer());
                var load = new CountLoad(server.address(), SPRING, SESSIONS, CONNECTIONS)) {
            return load.count(SECONDS);
        }
    }
}
