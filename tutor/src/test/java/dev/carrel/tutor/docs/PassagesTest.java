package dev.carrel.tutor.docs;

import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import dev.carrel.onnx.MiniLm;
import dev.carrel.tutor.TestModel;

import static org.assertj.core.api.Assertions.assertThat;

class PassagesTest {
    private final Passages passages = new Passages(TestModel.get()::count, MiniLm.MAX_TOKENS);

    @Test
    void a_passage_knows_its_source_and_the_path_of_headings_above_it() {
        List<Passage> found = markdown("""
                # Exams
                All exams are written.

                ## Chemistry
                On 12 June, hall B.

                ### Aids
                A calculator.

                ## Physics ##
                On 14 June.
                """);

        assertThat(found).containsExactly(new Passage("a.md", "Exams", "All exams are written."),
                new Passage("a.md", "Exams › Chemistry", "On 12 June, hall B."),
                new Passage("a.md", "Exams › Chemistry › Aids", "A calculator."),
                new Passage("a.md", "Exams › Physics", "On 14 June."));
    }

    @Test
    void a_number_sign_in_a_code_fence_is_no_heading() {
        assertThat(markdown("""
                # Build
                Run this:

                ```sh
                # a comment

                make
                ```
                Then rest.
                """)).containsExactly(new Passage("a.md", "Build", """
                Run this:

                ```sh
                # a comment

                make
                ```

                Then rest."""));
    }

    @Test
    void a_fence_ends_at_a_mark_of_its_own_kind_and_length_only() {
        assertThat(markdown("""
                ````
                ```
                # inside
                ~~~
                ````
                # Outside
                text
                """)).extracting(Passage::heading).containsExactly("", "Outside");
    }

    @Test
    void underlined_headings_front_matter_and_inline_marks_are_understood() {
        assertThat(markdown("""
                ---
                title: "The Library"
                tags: [a, b]
                ---
                Welcome.

                Opening **hours** of the [library](http://x)
                ------
                From eight.
                """)).containsExactly(new Passage("a.md", "The Library", "Welcome."),
                new Passage("a.md", "The Library › Opening hours of the library", "From eight."));
    }

    @Test
    void plain_text_is_split_at_lone_short_lines() {
        assertThat(new Passages(TestModel.get()::count, 256).of(new Document("b.txt", """
                Lab rules

                Wear goggles. # This is no heading.

                Waste

                Acids go into the blue can.
                """))).containsExactly(new Passage("b.txt", "b › Lab rules", "Wear goggles. # This is no heading."),
                new Passage("b.txt", "b › Waste", "Acids go into the blue can."));
    }

    @Test
    void a_long_section_is_split_at_paragraphs_and_no_word_is_lost() {
        StringBuilder text = new StringBuilder("# Long\n");
        for (int i = 0; i < 40; i++) {
            text.append("Paragraph p").append(i).append(" has some words in it that make it longer.\n\n");
        }

        List<Passage> found = markdown(text.toString());

        assertThat(found).hasSizeGreaterThan(3).allSatisfy(passage -> {
            assertThat(passage.text()).startsWith("Paragraph").endsWith("longer.");
            assertThat(passage.heading()).isEqualTo("Long");
        });
        assertThat(words(found)).isEqualTo(text.substring("# Long\n".length()).replaceAll("\\s+", ""));
    }

    @Test
    void code_that_is_too_long_is_fenced_again_and_a_table_gets_its_head_again() {
        List<Passage> code = markdown("```java\n" + "int x = 1; // some comment\n".repeat(120) + "```\n");
        assertThat(code).hasSizeGreaterThan(2)
                .allSatisfy(passage -> assertThat(passage.text()).startsWith("```java\nint").endsWith("comment\n```"));

        List<Passage> table = markdown("| Course | Room |\n|---|---|\n" + "| Chemistry | B 12 |\n".repeat(120));
        assertThat(table).hasSizeGreaterThan(2).allSatisfy(
                passage -> assertThat(passage.text()).startsWith("| Course | Room |\n|---|---|\n| Chemistry"));
    }

    @Test
    void whatever_the_text_every_passage_fits_the_model() {
        Random random = new Random(7);
        String[] parts = {"word ", "x".repeat(400) + " ", "\n\n", "\n", "# h ", "```\n", "| a | b |\n", "한국어는 ",
                "e\u0301", "- item\n",
                "Sentence one. ", "\uD83D\uDE00", "中文字符", "===\n", "---\n", ">"};
        for (int round = 0; round < 60; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(600); i >= 0; i--) {
                text.append(parts[random.nextInt(round % 2 == 0 ? parts.length : 3)]);
            }
            for (Passage passage : markdown(text.toString())) {
                assertThat(TestModel.get().count(passage.embedded())).isLessThanOrEqualTo(MiniLm.MAX_TOKENS);
                assertThat(passage.text()).hasSizeLessThanOrEqualTo(Passages.MAX_CHARACTERS);
            }
        }
    }

    @Test
    void short_lines_of_plain_text_with_nothing_under_them_are_text() {
        assertThat(passages.of(new Document("b.txt", "My exam is on Monday\n\nRoom 12\n\nRoom 13\n")))
                .extracting(Passage::text).containsExactly("My exam is on Monday", "Room 12", "Room 13");
    }

    @Test
    void a_note_has_no_headings_and_loses_nothing() {
        assertThat(passages.ofNote("7", "# Exam\n\nMonday, 9:00")).containsExactly(
                new Passage("7", "", "# Exam\n\nMonday, 9:00"));
        assertThat(passages.ofNote("7", "word ".repeat(600))).hasSize(3);
    }

    @Test
    void a_document_of_headings_only_has_no_passage() {
        assertThat(markdown("# One\n\n## Two\n")).isEmpty();
    }

    private List<Passage> markdown(String text) {
        return passages.of(new Document("a.md", text));
    }

    private static String words(List<Passage> passages) {
        StringBuilder all = new StringBuilder();
        passages.forEach(passage -> all.append(passage.text()));
        return all.toString().replaceAll("\\s+", "");
    }
}
