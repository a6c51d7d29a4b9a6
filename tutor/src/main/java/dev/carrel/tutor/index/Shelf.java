package dev.carrel.tutor.index;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

import dev.carrel.tutor.docs.Passage;
import dev.carrel.tutor.embed.Vector;

/** Passages with their vectors and words, of the documents or of one owner's notes. Immutable. */
record Shelf(List<Entry> entries) {
    static final Shelf EMPTY = new Shelf(List.of());

    Shelf {
        entries = List.copyOf(entries);
    }

    record Entry(Passage passage, Hit.Kind kind, Vector vector, Set<String> terms) {
        static Entry of(Passage passage, Hit.Kind kind, Vector vector) {
            Set<String> terms = new HashSet<>();
            for (String term : Terms.of(passage.embedded() + " "
                    + (kind == Hit.Kind.DOCUMENT ? passage.source() : ""))) {
                terms.add(term);
                terms.add(Terms.root(term));
            }
            return new Entry(passage, kind, vector, terms);
        }
    }

    /** How rare words are in these passages. */
    Rarity rarity() {
        Map<String, Integer> passagesWith = new HashMap<>();
        for (Entry entry : entries) {
            entry.terms.forEach(term -> passagesWith.merge(term, 1, Integer::sum));
        }
        return new Rarity(Map.copyOf(passagesWith), entries.size());
    }

    /** Offers every entry to {@code best}, which keeps the {@code k} best. */
    void search(Query query, Rarity rarity, PriorityQueue<Hit> best, int k) {
        double total = 0;
        String[] words = query.terms().keySet().toArray(new String[0]);
        String[] roots = new String[words.length];
        double[] weights = new double[words.length];
        for (int i = 0; i < words.length; i++) {
            roots[i] = Terms.root(words[i]);
            weights[i] = query.terms().getOrDefault(words[i], 1.0) * rarity.of(words[i]);
            total += weights[i];
        }
        for (Entry entry : entries) {
            double covered = 0;
            for (int i = 0; i < words.length; i++) {
                if (entry.terms.contains(words[i])) {
                    covered += weights[i];
                } else if (entry.terms.contains(roots[i])) {
                    covered += 0.7 * weights[i];
                }
            }
            best.add(new Hit(entry.passage, entry.kind, entry.vector.dot(query.vector()),
                    total == 0 ? 0 : covered / total));
            if (best.size() > k) {
                best.remove();
            }
        }
    }

    /** In how many of how many passages a word is. */
    record Rarity(Map<String, Integer> passagesWith, int passages) {
        /** Inverse document frequency, from about 0 (in every passage) to ln(1 + 2n) (in none). */
        double of(String term) {
            return Math.log(1 + passages / (passagesWith.getOrDefault(term, 0) + 0.5));
        }
    }
}
