package dev.carrel.examples.endpoints;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChatTest {
    private static final String ASKED = "When is the exam?";
    private static final String LOST = "Which course are you taking?";

    @Test
    void what_the_endpoint_stored_is_in_the_chat_handler_of_the_same_session_and_in_no_other() throws Exception {
        try (var program = new CarrelChat()) {
            Chat.Tab alice = program.open("alice");
            Chat.Tab aliceToo = program.open("alice");
            Chat.Tab bob = program.open("bob");
            alice.pick("chemistry");
            assertThat(alice.say(ASKED)).isEqualTo("About chemistry: " + ASKED);
            assertThat(aliceToo.say(ASKED)).as("another tab is another session").isEqualTo(LOST);
            assertThat(bob.say(ASKED)).isEqualTo(LOST);
            bob.pick("history");
            assertThat(bob.say(ASKED)).isEqualTo("About history: " + ASKED);
            assertThat(alice.say(ASKED)).isEqualTo("About chemistry: " + ASKED);
        }
    }

    @Test
    void the_usual_way_stores_in_one_session_and_reads_in_another() throws Exception {
        try (var program = new UsualChat()) {
            Chat.Tab alice = program.open("alice");
            alice.pick("chemistry");
            assertThat(alice.say(ASKED)).isEqualTo(LOST);
        }
    }
}
