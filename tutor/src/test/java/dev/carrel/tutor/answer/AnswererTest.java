package dev.carrel.tutor.answer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.session.Owner;
import dev.carrel.tutor.TestModel;
import dev.carrel.tutor.index.Hit;
import dev.carrel.tutor.index.Note;

import static org.assertj.core.api.Assertions.assertThat;

class AnswererTest {
    private static final Owner ALICE = new Owner("school", "alice");
    private static final Owner BOB = new Owner("school", "bob");

    private final World world = World.of("school");
    private final Answerer answerer = world.answerer();

    @Test
    void an_answer_quotes_the_best_passages_and_cites_each_with_source_and_heading() {
        Answer answer = answerer.answer("What does Newton's second law say?", List.of(), ALICE);

        assertThat(answer.answered()).isTrue();
        assertThat(answer.text()).contains("The net force is mass times acceleration (second law).")
                .contains("[1] *courses/physics.md › Physics I › Newton's laws*");
        Source first = answer.sources().getFirst();
        assertThat(first.asMap()).containsEntry("number", 1).containsEntry("kind", "document")
                .containsEntry("source", "courses/physics.md").containsEntry("heading", "Physics I › Newton's laws")
                .containsEntry("text", first.text()).containsKey("score").hasSize(6);
        for (int i = 0; i < answer.sources().size(); i++) {
            assertThat(answer.sources().get(i).number()).isEqualTo(i + 1);
            assertThat(answer.pieces().get(i)).contains("[" + (i + 1) + "]");
        }
    }

    @Test
    void what_the_documents_do_not_answer_is_told_so_and_cites_nothing() {
        Answer answer = answerer.answer("What is the capital of Australia?", List.of(), ALICE);

        assertThat(answer.answered()).isFalse();
        assertThat(answer.text()).isEqualTo("The documents and your notes do not answer this.");
        assertThat(answer.sources()).isEmpty();
    }

    @Test
    void a_near_miss_says_what_the_nearest_passage_is_about() {
        assertThat(answerer.answer("When is the biology exam?", List.of(), ALICE).text())
                .startsWith(
                        "The documents and your notes do not answer this. The nearest that they have is about *exams.md");
    }

    @Test
    void a_note_that_answers_is_found_and_cited_for_its_owner_only() {
        world.index().putNote(ALICE, new Note("1", "My exam is on Monday."));
        world.index().putNote(BOB, new Note("1", "My exam is on Friday in room 5."));

        Source alice = answerer.answer("When is my exam?", List.of(), ALICE).sources().getFirst();
        Source bob = answerer.answer("When is my exam?", List.of(), BOB).sources().getFirst();

        assertThat(alice).returns(Hit.Kind.NOTE, Source::kind).returns("My exam is on Monday.", Source::text);
        assertThat(bob).returns(Hit.Kind.NOTE, Source::kind).returns("My exam is on Friday in room 5.", Source::text);
        assertThat(answerer.answer("When is my exam?", List.of(), ALICE).text()).contains("Monday")
                .contains("*your note*")
                .doesNotContain("Friday");
    }

    @Test
    void a_note_that_was_deleted_answers_nothing() {
        world.index().putNote(ALICE, new Note("1", "My locker has the number 117."));
        assertThat(answerer.answer("What is my locker number?", List.of(), ALICE).text()).contains("117");

        world.index().removeNote(ALICE, "1");

        assertThat(answerer.answer("What is my locker number?", List.of(), ALICE)).returns(false, Answer::answered)
                .extracting(Answer::text).asString().doesNotContain("117");
    }

    @Test
    void what_one_did_oneself_only_a_note_can_answer() {
        assertThat(answerer.answer("What grade did I get in my physics exam?", List.of(), ALICE).answered()).isFalse();

        world.index().putNote(ALICE, new Note("1", "Got a B in the physics exam, my best grade so far!"));

        assertThat(answerer.answer("What grade did I get in my physics exam?", List.of(), ALICE).text())
                .contains("Got a B");
        assertThat(answerer.answer("What grade did I get in my physics exam?", List.of(), BOB).answered()).isFalse();
    }

    @Test
    void a_follow_up_is_read_with_the_questions_before_it() {
        Question question = Question.of("And where?",
                List.of("Who is the dean?", "When is the physics exam?", "And in chemistry?"));

        assertThat(question.inContext()).isEqualTo("When is the physics exam? And in chemistry? And where?");
        assertThat(question.followsUp()).isTrue();
        assertThat(Question.of("When is the physics exam?", List.of("Who is the dean?")).followsUp()).isFalse();
        assertThat(answerer.answer("And in physics?", List.of("What may I use in the chemistry exam?"), ALICE).text())
                .contains("one handwritten sheet");
        assertThat(answerer.answer("And in physics?", List.of(), ALICE).text()).doesNotContain("one handwritten sheet");
    }

    @Test
    void a_question_in_itself_is_one_text_for_the_embedder() {
        List<Integer> calls = new ArrayList<>();
        Answerer counted = new Answerer(world.index(), texts -> {
            calls.add(texts.size());
            return TestModel.get().embed(texts);
        });

        counted.answer("And in physics?", List.of("How is the chemistry exam graded?"), ALICE);

        assertThat(calls).containsExactly(1);
    }

    @Test
    void a_message_longer_than_the_model_reads_is_searched_by_its_end() {
        Answer answer = answerer.answer("I have a long story to tell. ".repeat(300) + "When is the chemistry exam?",
                List.of(), ALICE);

        assertThat(answer.pieces()).isNotEmpty();
    }

    @Test
    void a_message_without_a_word_is_not_answered() {
        assertThat(answerer.answer("???", List.of(), ALICE).answered()).isFalse();
        assertThat(answerer.answer("What is it?", List.of(), ALICE).answered()).isFalse();
    }

    @Test
    void a_note_cannot_break_the_text_around_it() {
        Source note = new Source(1, Hit.Kind.NOTE, "1", "", "```\nnever closed", 0.5);

        assertThat(Quote.of(note)).isEqualTo("```\nnever closed\n```\n\n— [1] *your note*");
    }
}
