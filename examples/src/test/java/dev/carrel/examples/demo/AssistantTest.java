package dev.carrel.examples.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AssistantTest {
    private static final String QUESTION = "What is my word?";
    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

    private String reply(List<String> conversation) {
        asked.add(conversation.getLast());
        return AssistantCase.reply(conversation);
    }

    @Test
    void two_visitors_ask_word_for_word_the_same_and_each_is_answered_from_their_own_conversation() throws Exception {
        try (var program = new CarrelAssistant(audio -> audio, this::reply)) {
            Assistant.Page alice = program.open("alice");
            Assistant.Page bob = program.open("bob");
            alice.speak("My word is rust");
            bob.speak("My word is brass");
            assertThat(alice.speak(QUESTION)).isEqualTo("Your word is rust");
            assertThat(bob.speak(QUESTION)).isEqualTo("Your word is brass");
        }
    }

    @Test
    void the_cache_still_saves_the_model_a_question_that_the_same_session_asks_again() throws Exception {
        try (var program = new CarrelAssistant(audio -> audio, this::reply)) {
            Assistant.Page alice = program.open("alice");
            alice.speak("My word is rust");
            assertThat(alice.speak(QUESTION)).isEqualTo("Your word is rust");
            assertThat(alice.speak(QUESTION)).isEqualTo("Your word is rust");
        }
        assertThat(asked).containsOnlyOnce(QUESTION);
    }

    @Test
    void the_usual_way_answers_one_visitor_with_what_another_has_said_last() throws Exception {
        try (var program = new UsualAssistant(audio -> audio, this::reply)) {
            Assistant.Page alice = program.open("alice");
            Assistant.Page bob = program.open("bob");
            alice.speak("My word is rust");
            bob.speak("My word is brass");
            assertThat(alice.speak(QUESTION)).isEqualTo("Your word is brass");
        }
    }

    @Test
    void and_its_cache_answers_one_visitor_with_what_another_has_asked_first() throws Exception {
        try (var program = new UsualAssistant(audio -> audio, this::reply)) {
            Assistant.Page alice = program.open("alice");
            Assistant.Page bob = program.open("bob");
            alice.speak("My word is rust");
            assertThat(alice.speak(QUESTION)).isEqualTo("Your word is rust");
            bob.speak("My word is brass");
            assertThat(bob.speak(QUESTION)).as("though Bob's is the last word said").isEqualTo("Your word is rust");
        }
    }
}
