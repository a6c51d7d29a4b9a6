package dev.carrel.tutor.answer;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.carrel.tutor.docs.Passage;
import dev.carrel.tutor.index.Hit;

/**
 * What an answer cites as {@code [number]}. Immutable.
 *
 * @param number from 1, in the order of the answer
 * @param kind a shared document or the asker's own note
 * @param source the document's path, or the note's id
 * @param heading the path of headings; empty for a note
 * @param text the passage as it stands there
 * @param score how near in meaning, from 0 to 1
 */
public record Source(int number, Hit.Kind kind, String source, String heading, String text, double score) {

    static Source of(int number, Hit hit) {
        Passage passage = hit.passage();
        double score = Math.round(Math.clamp(hit.similarity(), 0, 1) * 1000) / 1000.0;
        return new Source(number, hit.kind(), passage.source(), passage.heading(), passage.text(), score);
    }

    /** As JSON has it in the {@code sources} of a turn: plain values only, in the order of docs/http.md. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("number", number);
        map.put("kind", kind.text());
        map.put("source", source);
        map.put("heading", heading);
        map.put("text", text);
        map.put("score", score);
        return map;
    }

    /** Where it stands, for people: {@code exams.md › Dates}, or {@code your note}. */
    public String place() {
        if (kind == Hit.Kind.NOTE) {
            return "your note";
        }
        return heading.isEmpty() ? source : source + Passage.ARROW + heading;
    }
}
