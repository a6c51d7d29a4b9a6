package dev.carrel.server;

import java.io.IOException;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.carrel.keys.KeyRing;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A server whose keys are not those of the others on its store takes no traffic, and disturbs theirs in nothing. */
class OtherKeysTest {
    @Test
    void it_is_not_ready_and_refuses_what_comes_all_the_same() throws IOException {
        var store = new MemoryStore(TimeSource.system());
        KeyRing keys = KeyRing.random();
        try (var right = TestServer.on(store, new TestApp().app(), keys);
                var wrong = TestServer.on(store, new TestApp().app(), KeyRing.random())) {
            TestClient client = right.client();
            String session = client.session();
            client.ask(session, "count");

            TestClient stray = wrong.client();
            stray.get("/health/live").expect(200);
            TestClient.Answer ready = stray.get("/health/ready").expect(503);
            assertThat(ready.body()).doesNotContain("key");
            TestClient.Answer refused = stray.post("/sessions", Map.of()).problem(503, "unavailable", "");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();

            client.get("/health/ready").expect(200);
            client.ask(session, "count");
            assertThat(client.get(session).json().path("turns")).hasSize(2);
            try (var another = TestServer.on(store, new TestApp().app(), keys)) {
                another.client().get("/health/ready").expect(200);
            }
        }
    }
}
