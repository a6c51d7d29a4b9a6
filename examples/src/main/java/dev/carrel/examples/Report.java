package dev.carrel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import dev.carrel.examples.driver.Result;
import dev.carrel.examples.driver.Tally;

/** What a run came to, as text that fits a terminal of 100 columns. */
final class Report {
    private static final int WIDTH = 100;
    private static final String INDENT = "   ";

    private Report() {}

    static String of(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.addAll(wrap("""
                %d users at once, %d answers each. Every case is done twice: in plain Java, as such code is really \
                written, and with Carrel. Both wait for everybody in the same places. Wrong is an answer that shows \
                something of another user, or nothing of the asker.""".formatted(Cases.USERS, Cases.WAVES), ""));
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            Tally usual = result.usual();
            Tally carrel = result.carrel();
            lines.add("");
            lines.add("%d. %-30s (as in %s)".formatted(i + 1, result.title(), result.origin()));
            lines.add("%susual way: %s of %s wrong; Carrel: %s of %s".formatted(INDENT, number(usual.wrong()),
                    number(usual.answers()), number(carrel.wrong()), number(carrel.answers())));
            add(lines, "", usual.evidence());
            add(lines, "with Carrel, ", carrel.evidence());
            add(lines, "usual way, ", usual.encore());
            add(lines, "Carrel, ", carrel.encore());
            lines.add(INDENT + usual.source());
            lines.add(INDENT + carrel.source());
        }
        lines.add("");
        lines.add("The five stories: docs/five-cases.md");
        return String.join("\n", lines);
    }

    private static void add(List<String> lines, String which, Optional<String> found) {
        found.ifPresent(text -> lines.addAll(wrap(which + text, INDENT)));
    }

    private static String number(int n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static List<String> wrap(String text, String indent) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH) {
                lines.add(line.toString().stripTrailing());
                line = new StringBuilder(indent);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
