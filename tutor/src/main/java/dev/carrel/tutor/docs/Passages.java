package dev.carrel.tutor.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;

import dev.carrel.tutor.docs.Outline.Section;

/**
 * Splits documents into passages: at headings first, then at paragraphs, and only where a single block is longer than the
 * model can read at lines, sentences and words. Nothing is left out, and every passage fits the model together with its
 * headings.
 *
 * <p>Short neighbours under one heading are joined up to {@link #TARGET_TOKENS}, because a passage of a few words has
 * little meaning; more are not, because a passage about two things is near to neither. A piece of code that must be split
 * is fenced again, a table gets its head again. Immutable and thread-safe.
 */
public final class Passages {
    /** The version of the rules: passages of two versions differ. */
    public static final int VERSION = 1;

    /** Up to here neighbours are joined. */
    public static final int TARGET_TOKENS = 80;

    /** The most characters of a passage's text, whatever the tokens: a long run of letters is one token. */
    public static final int MAX_CHARACTERS = 2_000;

    private static final int HEADING_TOKENS = 80;
    private static final List<Pattern> SEAMS = List.of(Pattern.compile("(?<=\n)"), Pattern.compile("(?<=[.!?;])\\s+"),
            Pattern.compile("\\s+"));

    private final ToIntFunction<String> tokens;
    private final int maxTokens;

    /** Passages of at most {@code maxTokens} tokens each, headings included, as {@code tokens} counts them. */
    public Passages(ToIntFunction<String> tokens, int maxTokens) {
        this.tokens = tokens;
        this.maxTokens = maxTokens;
    }

    /** The passages of a document, in its order; none if it has no text but headings. */
    public List<Passage> of(Document document) {
        List<Passage> passages = new ArrayList<>();
        for (Section section : Outline.of(document)) {
            String heading = shortened(section.heading());
            for (String text : join(heading, section.blocks())) {
                passages.add(new Passage(document.source(), heading, text));
            }
        }
        return passages;
    }

    /** The passages of a short text without headings, such as a note, under the name {@code source}. */
    public List<Passage> ofNote(String source, String text) {
        List<String> blocks = Pattern.compile("\\n[ \\t]*\\n").splitAsStream(text.strip().replace("\r\n", "\n"))
                .filter(block -> !block.isBlank()).toList();
        return join("", blocks).stream().map(block -> new Passage(source, "", block)).toList();
    }

    /** The end of {@code text}, as much as the model can read: in a long message the question comes last. */
    public String end(String text) {
        String end = text;
        while (!fits("", end, maxTokens)) {
            end = end.substring(end.offsetByCodePoints(0, Math.max(1, end.codePointCount(0, end.length()) / 4)));
        }
        return end;
    }

    private List<String> join(String heading, List<String> blocks) {
        List<String> texts = new ArrayList<>();
        String open = "";
        for (String block : blocks) {
            String joined = open.isEmpty() ? block : open + "\n\n" + block;
            // a sentence that ends in a colon belongs to what it announces
            int limit = open.endsWith(":") ? maxTokens : Math.min(TARGET_TOKENS, maxTokens);
            if (!open.isEmpty() && fits(heading, joined, limit)) {
                open = joined;
                continue;
            }
            if (!open.isEmpty()) {
                texts.add(open);
                open = "";
            }
            if (fits(heading, block, maxTokens)) {
                open = block;
            } else {
                texts.addAll(split(heading, block));
            }
        }
        if (!open.isEmpty()) {
            texts.add(open);
        }
        return texts;
    }

    private List<String> split(String heading, String block) {
        if (Outline.isFence(block)) {
            List<String> lines = block.lines().toList();
            String first = lines.getFirst();
            String mark = first.strip().replaceAll("[^`~].*", "");
            boolean closed = lines.size() > 1 && lines.getLast().strip().startsWith(mark);
            return wrapped(heading, first + "\n", lines.subList(1, closed ? lines.size() - 1 : lines.size()),
                    "\n" + mark);
        }
        if (Outline.isTable(block)) {
            List<String> lines = block.lines().toList();
            return wrapped(heading, lines.get(0) + "\n" + lines.get(1) + "\n", lines.subList(2, lines.size()), "");
        }
        return pieces(block, 0, text -> fits(heading, text, maxTokens));
    }

    private List<String> wrapped(String heading, String before, List<String> lines, String after) {
        if (!fits(heading, before + "x" + after, maxTokens / 2)) {
            return pieces(before + String.join("\n", lines), 0, text -> fits(heading, text, maxTokens));
        }
        return pieces(String.join("\n", lines), 0, text -> fits(heading, before + text + after, maxTokens)).stream()
                .map(text -> before + text + after).toList();
    }

    @FunctionalInterface
    private interface Fit {
        boolean test(String text);
    }

    /** As few pieces as fit, cut at the seams of this level; what has no such seam is cut at the next. */
    private static List<String> pieces(String text, int level, Fit fit) {
        if (text.isBlank()) {
            return List.of();
        }
        if (fit.test(text)) {
            return List.of(level == 0 ? text.replaceAll("\\s+$", "") : text.strip());
        }
        if (level == SEAMS.size()) {
            int half = text.offsetByCodePoints(0, Math.max(1, text.codePointCount(0, text.length()) / 2));
            List<String> halves = new ArrayList<>(pieces(text.substring(0, half), level, fit));
            halves.addAll(pieces(text.substring(half), level, fit));
            return halves;
        }
        String joint = level == 0 ? "" : " ";
        List<String> pieces = new ArrayList<>();
        String open = "";
        for (String unit : SEAMS.get(level).splitAsStream(text).toList()) {
            String joined = open.isEmpty() ? unit : open + joint + unit;
            if (fit.test(joined)) {
                open = joined;
                continue;
            }
            if (!open.isBlank()) {
                pieces.add(open.stripTrailing());
            }
            open = "";
            if (fit.test(unit)) {
                open = unit;
            } else {
                pieces.addAll(pieces(unit, level + 1, fit));
            }
        }
        if (!open.isBlank()) {
            pieces.add(open.stripTrailing());
        }
        return pieces;
    }

    private boolean fits(String heading, String text, int limit) {
        return text.length() <= MAX_CHARACTERS && tokens.applyAsInt(Passage.embedded(heading, text)) <= limit;
    }

    /** The innermost headings that leave room for text. */
    private String shortened(String heading) {
        String rest = heading;
        while (tokens.applyAsInt(rest) > HEADING_TOKENS || rest.length() > 500) {
            int arrow = rest.indexOf(Passage.ARROW);
            rest = arrow >= 0
                    ? rest.substring(arrow + Passage.ARROW.length())
                    : rest.substring(0, rest.offsetByCodePoints(0, rest.codePointCount(0, rest.length()) / 2));
        }
        return rest;
    }
}
