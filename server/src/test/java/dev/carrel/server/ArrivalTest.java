package dev.carrel.server;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of a message that arrives while an earlier one is being answered is its chat's choice. */
class ArrivalTest {
    private final TestApp app = new TestApp();
    private final TestServer server = TestServer.inMemory(app.app());
    private final TestClient client = server.client();

    @AfterEach
    void stop() {
        server.close();
    }

    /** A session of this chat that is busy with a turn, which waits at a gate of the chat's name; the turn's id. */
    private String busy(String session, String chat) throws IOException {
        try (TestEvents events = client.events(session, null)) {
            String turn = client.message(session, "m1", "hold " + chat).expect(202).text("turn");
            events.until(event -> event.kind().equals("text"));
            return turn;
        }
    }

    private String session(String chat) throws IOException {
        return "/sessions/" + client.post("/sessions", Map.of("chat", chat)).expect(201).text("id");
    }

    private String ending(String session, String turn) throws IOException {
        try (TestEvents events = client.events(session, null)) {
            return events.untilClosed(turn).getLast().kind();
        }
    }

    @Test
    void it_is_refused_where_the_chat_says_so_and_leaves_no_trace() throws IOException {
        String session = session("rejecting");
        String turn = busy(session, "rejecting");
        assertThat(client.message(session, "m2", "count").problem(409, "conflict", "").text("detail"))
                .contains("still being answered");
        assertThat(client.message(session, "m1", "hold rejecting").expect(202).text("turn"))
                .as("the same message again is no other one").isEqualTo(turn);
        assertThat(client.get(session).json().path("turns")).hasSize(1);

        app.open("rejecting");
        assertThat(ending(session, turn)).isEqualTo("committed");
        String next = client.message(session, "m2", "count").expect(202).text("turn");
        assertThat(ending(session, next)).isEqualTo("committed");
    }

    @Test
    void it_takes_the_place_of_the_earlier_one_where_the_chat_says_so() throws IOException {
        String session = session("interrupting");
        String turn = busy(session, "interrupting");
        String next = client.message(session, "m2", "count once").expect(202).text("turn");
        assertThat(ending(session, turn)).isEqualTo("interrupted");
        assertThat(ending(session, next)).isEqualTo("committed");
        JsonNode superseded = client.turn(session, turn);
        assertThat(superseded.path("failure").path("code").asString()).isEqualTo("conflict");
        assertThat(superseded.path("failure").path("message").asString()).contains("later message");
        assertThat(client.turn(session, next).path("text").asString()).as("the earlier one has counted nothing")
                .endsWith(" 1 once");
    }

    @Test
    void it_waits_for_its_turn_else() throws IOException {
        String session = session("chat");
        String turn = busy(session, "chat");
        String next = client.message(session, "m2", "count later").expect(202).text("turn");
        assertThat(client.turn(session, next).path("status").asString()).isEqualTo("queued");
        app.open("chat");
        assertThat(List.of(ending(session, turn), ending(session, next))).containsOnly("committed");
        assertThat(client.turn(session, next).path("text").asString()).endsWith(" 2 later");
    }
}
