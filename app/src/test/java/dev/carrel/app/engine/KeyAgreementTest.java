package dev.carrel.app.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.error.UnavailableException;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.session.OwnedSession;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Place;

import static dev.carrel.app.engine.Nodes.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A node with other keys than the store's other nodes serves nobody; keys that are rotated agree. */
@Timeout(60)
class KeyAgreementTest {
    private final Nodes nodes = new Nodes();
    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        nodes.close();
    }

    private static App app() {
        return Carrel.app("keys").chat("chat", (message, reply) -> {
            if (message.text().equals("ask")) {
                reply.ask("sure?");
            }
            reply.text("said");
        }, dev.carrel.app.ChatOptions.DEFAULT.restartable());
    }

    private Engine start(KeyRing keys) {
        return nodes.start(app(), keys, nodes.time, Engine.Options.DEFAULT);
    }

    /** One ring for each list of lines; the first line signs. */
    private KeyRing ring(List<String> lines) throws IOException {
        Path file = Files.createTempFile(folder, "keys", ".txt");
        Files.write(file, lines);
        return KeyRing.load(file);
    }

    private String line(String id) {
        return id + " " + java.util.Base64.getUrlEncoder().withoutPadding()
                .encodeToString(id.repeat(8).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void nodes_with_the_same_keys_serve_the_same_users() {
        Engine one = nodes.start(app());
        Engine two = nodes.start(app());
        assertThat(one.ready() && two.ready()).isTrue();
        OwnedSession session = one.create(ALICE, null);
        assertThat(nodes.say(two, two.sessions().open(ALICE, session.id()), "hello")).isEqualTo("said");
    }

    @Test
    void a_node_with_other_keys_is_never_ready_and_touches_nothing() {
        Engine right = nodes.start(app());
        OwnedSession session = right.create(ALICE, null);
        TurnId turn = right.post(session, "m", "ask").turn();
        Nodes.until(() -> nodes.turn(session, turn).status() == TurnStatus.WAITING);
        nodes.stop(right);

        Engine wrong = start(KeyRing.random());
        assertThat(wrong.ready()).isFalse();
        assertThat(wrong.trouble().orElseThrow()).contains("keys of this node").contains("same key file");
        assertThatThrownBy(() -> wrong.create(ALICE, null)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> wrong.post(session, "n", "hello")).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> nodes.call(wrong, session, "any")).isInstanceOf(UnavailableException.class);
        for (int i = 0; i < 60; i++) {
            nodes.time.pass(java.time.Duration.ofSeconds(1));
        }
        assertThat(nodes.turn(session, turn).status()).as("not claimed, and so not failed")
                .isEqualTo(TurnStatus.WAITING);

        assertThat(nodes.start(app()).ready()).isTrue();
    }

    @Test
    void a_rotation_in_steps_keeps_every_node_ready() throws IOException {
        String old = line("00000001");
        String next = line("00000002");
        List<Engine> engines = new ArrayList<>();
        for (List<String> step : List.of(List.of(old), List.of(old, next), List.of(next, old), List.of(old, next),
                List.of(next, old), List.of(next))) {
            Engine engine = start(ring(step));
            assertThat(engine.trouble()).as("keys %s", step.size()).isEmpty();
            engines.add(engine);
        }
        assertThat(start(ring(List.of(old))).ready()).as("the old key alone is worth nothing any more").isFalse();
        assertThat(engines).hasSize(6);
    }

    @Test
    void the_token_tells_no_secret_and_is_made_once() {
        nodes.start(app());
        var first = nodes.store.state().read(new Place.OfApplication(), "carrel.keys");
        nodes.start(app());
        assertThat(nodes.store.state().read(new Place.OfApplication(), "carrel.keys")).isEqualTo(first);
        assertThat(first.version()).isEqualTo(1);
    }
}
