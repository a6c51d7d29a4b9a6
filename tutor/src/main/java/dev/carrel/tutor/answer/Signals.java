package dev.carrel.tutor.answer;

import java.util.List;

import dev.carrel.session.Owner;
import dev.carrel.tutor.index.Hit;
import dev.carrel.tutor.index.Index;

/**
 * What speaks for and against that the passages found answer a question. Immutable.
 *
 * <p>Similarity alone cannot tell: a question beside the topic ("How much is membership for pensioners?") is as near to the
 * passage about fees as one that it answers. What gives it away is a word that the documents do not have.
 *
 * @param similarity of the best passage, as a cosine
 * @param coverage how many of the question's words are in the best passage, rare words counting more, from 0 to 1
 * @param unknown how much of the weight of the question's own words is on such as are nowhere in what the asker may read,
 *        from 0 to 1
 */
public record Signals(double similarity, double coverage, double unknown) {
    // A logistic regression on the 60 questions about the makerspace (src/test/resources/makerspace-questions.tsv), L2
    // regularised and rounded; leaving one out, it is right about 54 of them. The school's questions were not used.
    private static final double SIMILARITY = 3.2;
    private static final double COVERAGE = 2.5;
    private static final double UNKNOWN = -3.9;
    private static final double BIAS = -0.4;

    static Signals of(Question question, List<Hit> hits, Index index, Owner asker) {
        if (hits.isEmpty()) {
            return new Signals(0, 0, 1);
        }
        Hit best = hits.getFirst();
        double all = 0;
        double unknown = 0;
        for (String term : question.own()) {
            double weight = index.rarity(term);
            all += weight;
            unknown += index.knows(term, asker) ? 0 : weight;
        }
        double nothingSaid = question.terms().isEmpty() ? 1 : 0;
        return new Signals(best.similarity(), best.coverage(), all == 0 ? nothingSaid : unknown / all);
    }

    /** For above 0, against below; the logarithm of the odds that the passages answer. */
    public double weight() {
        return SIMILARITY * similarity + COVERAGE * coverage + UNKNOWN * unknown + BIAS;
    }

    /** Whether the passages are judged to answer. */
    public boolean answered() {
        return weight() > 0;
    }
}
