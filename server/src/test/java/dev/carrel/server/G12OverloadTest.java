package dev.carrel.server;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** G12: overload is refused early, with Retry-After; memory stays bounded. */
class G12OverloadTest {
    @Test
    void too_many_open_turns_of_a_session_are_refused_and_those_that_were_taken_are_answered() throws IOException {
        var app = new TestApp();
        try (var server = TestServer.inMemory(app.app(Duration.ofMinutes(1), 4))) {
            TestClient client = server.client();
            String session = client.session();
            client.message(session, "m0", "hold full").expect(202);
            for (int i = 1; i < 4; i++) {
                client.message(session, "m" + i, "count").expect(202);
            }
            TestClient.Answer refused = client.message(session, "m4", "count").problem(429, "overloaded", "");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isPositive();
            // A repeat of what was taken is no new turn, and another session is another matter.
            client.message(session, "m3", "count").expect(202);
            String other = client.session();
            client.ask(other, "count");
            assertThat(client.get(session).json().path("turns").size()).isEqualTo(4);
            app.open("full");
            try (TestEvents events = client.events(session, null)) {
                String last = client.message(session, "m3", "count").expect(202).text("turn");
                assertThat(events.untilClosed(last).getLast().kind()).isEqualTo("committed");
            }
            client.message(session, "m4", "count").expect(202);
        }
    }
}
