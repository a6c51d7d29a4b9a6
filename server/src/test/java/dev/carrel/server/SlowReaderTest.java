package dev.carrel.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.carrel.keys.KeyRing;
import dev.carrel.server.TestEvents.Received;
import dev.carrel.session.store.Retention;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Readers that do not keep up: what they cost is bounded, and what they miss they are told. */
class SlowReaderTest {
    private static final Retention MUCH = new Retention(1_000_000, 1_000_000_000, Duration.ofDays(1), 10,
            Duration.ofDays(1));
    private static final Retention LITTLE = new Retention(50, 1_000_000, Duration.ofDays(1), 10, Duration.ofDays(1));

    /** The clock that counts, in nanoseconds, moves by the test's will only. */
    static TimeSource clock(AtomicLong nanos) {
        TimeSource system = TimeSource.system();
        return new TimeSource() {
            @Override
            public Instant now() {
                return system.now();
            }

            @Override
            public long nanoTime() {
                return nanos.get();
            }

            @Override
            public Timer after(Duration delay, Runnable task) {
                return system.after(delay, task);
            }
        };
    }

    /** A stream over a connection that holds little. HTTP/1.0: what it sends is nothing but lines. */
    static TestEvents narrow(TestServer server, TestClient client, String session) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(16 * 1024);
        socket.setSoTimeout(30_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort()));
        socket.getOutputStream().write(("GET " + session + "/events HTTP/1.0\r\nHost: localhost\r\nCookie: "
                + client.cookie() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return new TestEvents(socket.getInputStream());
    }

    @Test
    void a_reader_that_does_not_read_is_cut_off_goes_on_later_and_disturbs_nobody() throws Exception {
        var nanos = new AtomicLong();
        try (var server = TestServer.on(new StagedStore(MUCH), new TestApp().app(), KeyRing.random(), clock(nanos))) {
            TestClient client = server.client();
            String session = client.session();
            List<Received> seen = new ArrayList<>();
            List<Received> whole = new ArrayList<>();
            try (TestEvents sleeper = narrow(server, client, session);
                    TestEvents follower = client.events(session, null)) {
                sleeper.ready();
                // 6 MB: more than the sockets hold.
                for (int i = 0; i < 2; i++) {
                    whole.addAll(follower.untilClosed(client.say(session, "flood 3000")));
                }
                assertThat(server.streams()).isEqualTo(2);
                Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                    return server.streams() == 1;
                });

                String turn = client.say(session, "count on");
                whole.addAll(follower.untilClosed(turn));
                assertThat(whole.getLast().kind()).isEqualTo("committed");
                // It has what was on its way, and then the end of the connection.
                assertThat(readToTheEnd(sleeper, seen)).isTrue();
                assertThat(seen).hasSizeBetween(1, whole.size() - 3).isEqualTo(whole.subList(0, seen.size()));
                try (TestEvents again = client.events(session, seen.getLast().id())) {
                    seen.addAll(again.untilClosed(turn));
                }
                assertThat(seen).isEqualTo(whole);
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
                // Who has left is noticed when something is sent: by the next heartbeat, if not by this.
                client.say(session, "count");
                return server.streams() == 0;
            });
        }
    }

    /** Whether the connection ended, in whatever way, and no event said so. */
    private static boolean readToTheEnd(TestEvents events, List<Received> seen) {
        try {
            Received event;
            while ((event = events.next()) != null) {
                seen.add(event);
            }
        } catch (IOException e) {
            // In the middle of a chunk.
        }
        return seen.stream().noneMatch(event -> event.kind().equals("ended") || event.kind().equals("closing"));
    }

    @Test
    void a_reader_that_is_slower_than_the_log_forgets_is_given_a_snapshot_and_goes_on_from_there() throws Exception {
        var store = new StagedStore(LITTLE);
        try (var server = TestServer.on(store, new TestApp().app(), KeyRing.random())) {
            TestClient client = server.client();
            String session = client.session();
            client.ask(session, "count");
            // The stream may begin with the first event; by the time that it comes to read it, the log keeps later ones only.
            store.once("read", () -> {
                try {
                    client.ask(session, "pieces 900");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            try (TestEvents slow = client.events(session, null)) {
                Received snapshot = slow.until(event -> true).getLast();
                assertThat(snapshot.kind()).isEqualTo("snapshot");
                assertThat(snapshot.id()).isEqualTo(snapshot.text("last"));
                assertThat(snapshot.data()).isEqualTo(client.get(session).expect(200).json());
                List<Received> after = slow.untilClosed(client.say(session, "count on"));
                assertThat(after).extracting(Received::kind).containsExactly("message", "started", "text", "committed");
                assertThat(number(after.getFirst())).isEqualTo(number(snapshot) + 1);
            }
        }
    }

    private static long number(Received event) {
        return Long.parseLong(event.id().replaceAll(".*\\.", ""));
    }

    @Test
    void a_reader_that_waits_for_something_to_read_is_not_cut_off() throws Exception {
        var nanos = new AtomicLong();
        try (var server = TestServer.on(new StagedStore(), new TestApp().app(), KeyRing.random(), clock(nanos))) {
            TestClient client = server.client();
            String session = client.session();
            try (TestEvents reader = client.events(session, null)) {
                reader.ready();
                nanos.addAndGet(Duration.ofHours(1).toNanos());
                // Until it has been looked at again and again.
                assertThat(reader.comment()).isEqualTo("still here");
                assertThat(reader.untilClosed(client.say(session, "count")).getLast().kind()).isEqualTo("committed");
            }
        }
    }
}
