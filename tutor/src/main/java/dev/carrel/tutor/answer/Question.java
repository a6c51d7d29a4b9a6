package dev.carrel.tutor.answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import dev.carrel.tutor.index.Terms;

/**
 * What is asked. A question that cannot stand alone ("And in chemistry?", "How much is it?") is read together with the
 * ones before it, back to the last that could: they are put in front of it for the search by meaning, and their words
 * count half for the search by word, so that what is new decides.
 *
 * @param text the question as it was asked
 * @param inContext the question with those before it that it needs, oldest first
 * @param terms its words and, with half the weight, those of the questions before
 * @param own its own words only
 */
public record Question(String text, String inContext, Map<String, Double> terms, Set<String> own) {
    private static final double BEFORE = 0.5;
    private static final int MOST_BEFORE = 3;
    private static final Pattern OPENING = Pattern.compile(
            "^(?:and|or|but|also|then|what about|how about|what of|ok(?:ay)?,?|same)\\b.*", Pattern.DOTALL);
    private static final Pattern POINTS_BACK = Pattern.compile(
            "\\b(?:it|its|that|this|they|them|their|those|these|there|he|him|his|she|her|one|ones|then|else|instead)\\b");
    private static final Pattern ABOUT_THE_ASKER = Pattern.compile(
            "^(?:and |but )?(?:what|which|when|where|who|how)\\b.*\\b(?:did|have|had|was) i\\b",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /** Keeps copies. */
    public Question {
        terms = Map.copyOf(terms);
        own = Set.copyOf(own);
    }

    /**
     * The question as it is meant.
     *
     * @param text what was asked
     * @param before what the same person asked before in this conversation, oldest first
     */
    public static Question of(String text, List<String> before) {
        List<String> needed = new ArrayList<>();
        String earliest = text;
        for (String previous : before.reversed()) {
            if (needed.size() == MOST_BEFORE || !leansOnWhatCameBefore(earliest)) {
                break;
            }
            needed.addFirst(previous);
            earliest = previous;
        }
        Set<String> own = Terms.of(text);
        Map<String, Double> terms = new LinkedHashMap<>();
        needed.forEach(previous -> Terms.of(previous).forEach(term -> terms.put(term, BEFORE)));
        own.forEach(term -> terms.put(term, 1.0));
        needed.add(text);
        return new Question(text, String.join(" ", needed), terms, own);
    }

    /**
     * Whether it asks what the asker did or was given ("Which grade did I get?"): documents that everybody reads cannot
     * know; only a note can.
     */
    public boolean aboutTheAsker() {
        return ABOUT_THE_ASKER.matcher(text).find();
    }

    /** Whether it was read together with others. */
    public boolean followsUp() {
        return !inContext.equals(text);
    }

    private static boolean leansOnWhatCameBefore(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        int meaning = Terms.of(lower).size();
        long words = SPACE.splitAsStream(lower).count();
        return meaning == 0 || (meaning == 1 && words <= 2)
                || (meaning <= 4 && words <= 9 && OPENING.matcher(lower).matches())
                || (meaning <= 2 && POINTS_BACK.matcher(lower).find());
    }
}
