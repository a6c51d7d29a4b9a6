package dev.carrel.tutor.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.carrel.session.Owner;
import dev.carrel.tutor.embed.Embedder;
import dev.carrel.tutor.embed.Vector;
import dev.carrel.tutor.index.Hit;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Query;

/**
 * Answers questions from the shared documents and the asker's own notes, by quoting the passages that fit best.
 *
 * {@snippet :
 * Answer answer = answerer.answer("And in chemistry?", List.of("When is the physics exam?"), Owner.of(alice));
 * }
 *
 * One question is one text for the embedder, which may put it into a batch with other people's. Knows nothing of sessions:
 * what was asked before is a parameter. Thread-safe.
 */
public final class Answerer {
    private static final int CANDIDATES = 12;
    private static final int MOST_SOURCES = 3;
    private static final double NEAR_THE_BEST = 0.12;
    private static final Pattern MY = Pattern.compile("\\b(?:my|mine|i|me|i'm|i've)\\b", Pattern.CASE_INSENSITIVE);
    private static final double MY_NOTE = 0.1;

    private final Index index;
    private final Embedder embedder;

    /** Answers from {@code index}; {@code embedder} is that with which the index was made, or a batcher before it. */
    public Answerer(Index index, Embedder embedder) {
        this.index = index;
        this.embedder = embedder;
    }

    /**
     * Looks for passages and judges whether they answer.
     *
     * @param text what is asked; all of it counts, but a text that is longer than the model can read is searched by its end
     * @param before what the same person asked before in this conversation, oldest first
     * @param asker who asks: their own notes are looked into, nobody else's
     */
    public Findings find(String text, List<String> before, Owner asker) {
        Question question = Question.of(text, before);
        Query query = new Query(Vector.of(embedder.embed(List.of(index.rules().end(question.inContext())))[0]),
                question.terms());
        List<Hit> hits = ranked(index.search(query, asker, CANDIDATES), question);
        Signals signals = Signals.of(question, hits, index, asker);
        boolean answered = signals.answered()
                && (!question.aboutTheAsker() || hits.getFirst().kind() == Hit.Kind.NOTE);
        List<Source> sources = new ArrayList<>();
        for (Hit hit : hits) {
            boolean near = sources.isEmpty() || hits.getFirst().score() - hit.score() <= NEAR_THE_BEST;
            if (near && sources.size() < MOST_SOURCES) {
                sources.add(Source.of(sources.size() + 1, hit));
            }
        }
        return new Findings(question, sources, answered, signals);
    }

    /** As {@link #find}, written out. */
    public Answer answer(String text, List<String> before, Owner asker) {
        return written(find(text, before, asker));
    }

    /** The findings as a text that quotes them, or that says that the documents do not answer. */
    public Answer written(Findings findings) {
        if (!findings.answered()) {
            return new Answer(false, List.of(notAnswered(findings)), List.of());
        }
        List<String> pieces = new ArrayList<>();
        for (Source source : findings.sources()) {
            pieces.add(Quote.of(source) + "\n\n");
        }
        return new Answer(true, pieces, findings.sources());
    }

    private static String notAnswered(Findings findings) {
        String text = "The documents and your notes do not answer this.";
        if (findings.sources().isEmpty() || findings.signals().similarity() < 0.3) {
            return text;
        }
        return text + " The nearest that they have is about *"
                + Quote.inline(findings.sources().getFirst().place()) + "*.";
    }

    /** Whoever asks about "my exam" means their own note before a document about exams. */
    private static List<Hit> ranked(List<Hit> hits, Question question) {
        if (!MY.matcher(question.text()).find()) {
            return hits;
        }
        return hits.stream().sorted((a, b) -> Double.compare(personal(b), personal(a))).toList();
    }

    private static double personal(Hit hit) {
        return hit.score() + (hit.kind() == Hit.Kind.NOTE ? MY_NOTE : 0);
    }
}
