package dev.carrel.tutor.answer;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.session.Owner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether the tutor knows what it knows. An answerable question is right if it is answered and the passage that answers is
 * cited; an unanswerable one if it is told so. The decision was tuned on the makerspace, and only there.
 */
class AnswerabilityTest {
    private static final Owner ASKER = new Owner("school", "somebody");

    @Test
    void at_least_18_of_20_answerable_and_18_of_20_unanswerable_questions_are_judged_right() {
        Score score = judge("school");

        assertThat(score.answerableOf).isEqualTo(20);
        assertThat(score.unanswerableOf).isEqualTo(20);
        assertThat(score.answerable).isGreaterThanOrEqualTo(18);
        assertThat(score.unanswerable).isGreaterThanOrEqualTo(18);
    }

    @Test
    void the_set_that_it_was_tuned_on_is_no_worse_than_when_it_was_tuned() {
        Score score = judge("makerspace");

        assertThat(score.answerable).isGreaterThanOrEqualTo(26);
        assertThat(score.unanswerable).isGreaterThanOrEqualTo(28);
    }

    private record Score(int answerable, int answerableOf, int unanswerable, int unanswerableOf) {}

    private static Score judge(String set) {
        World world = World.of(set);
        int[] right = new int[2];
        int[] of = new int[2];
        StringBuilder table = new StringBuilder(
                "\n%-7s %-12s %6s %6s %6s %7s  %s%n".formatted("", set, "simil.", "cover.",
                        "unknwn", "weight", "question"));
        for (Labelled question : Labelled.read(set)) {
            Findings findings = world.answerer().find(question.question(), question.before(), ASKER);
            boolean isRight = question.answerable()
                    ? findings.answered() && cites(findings.sources(), question.source())
                    : !findings.answered();
            int kind = question.answerable() ? 0 : 1;
            of[kind]++;
            right[kind] += isRight ? 1 : 0;
            Signals signals = findings.signals();
            table.append("%-7s %-12s %6.2f %6.2f %6.2f %7.2f  %s%n".formatted(isRight ? "right" : "WRONG",
                    question.answerable() ? "answerable" : "unanswerable", signals.similarity(), signals.coverage(),
                    signals.unknown(), signals.weight(), findings.question().inContext()));
        }
        System.out.println(
                table.append("%s: %d of %d answerable and %d of %d unanswerable questions right%n".formatted(set,
                        right[0], of[0], right[1], of[1])));
        return new Score(right[0], of[0], right[1], of[1]);
    }

    private static boolean cites(List<Source> sources, String expected) {
        List<String> parts = List.of(expected.split("#", -1));
        return sources.stream().anyMatch(source -> source.source().endsWith(parts.getFirst())
                && source.heading().contains(parts.getLast()));
    }
}
