package dev.carrel.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.carrel.examples.driver.Result;
import dev.carrel.examples.driver.Tally;

/** What a run came to, as text that fits a terminal of 100 columns. */
final class Report {
    private static final int WIDTH = 100;
    private static final String INDENT = "   ";

    private Report() {}

    static String of(List<Result> results) {
        List<String> lines = new ArrayList<>();
        lines.addAll(wrap(
                "%s users at once, %s answers each. Every case is done twice: in plain Java, as such code is really "
                        .formatted(number(Cases.USERS), number(Cases.WAVES))
                        + "written, and with Carrel. Both wait for everybody in the same places. Wrong is an answer that shows "
                        + "something of another user, or nothing of the asker.",
                ""));
        for (int i = 0; i < results.size(); i++) {
            Result result = results.get(i);
            lines.add("");
            lines.add("%d. %-30s (as in %s)".formatted(i + 1, result.title(), result.origin()));
            lines.add("%susual way: %s of %s wrong; Carrel: %s of %s".formatted(INDENT,
                    number(result.usual().wrong()), number(result.usual().answers()),
                    number(result.carrel().wrong()), number(result.carrel().answers())));
            evidence(result.usual(), "", lines);
            evidence(result.carrel(), "with Carrel, ", lines);
            encore(result.usual(), "usual way, ", lines);
            encore(result.carrel(), "Carrel, ", lines);
            lines.add(INDENT + result.usual().source());
            lines.add(INDENT + result.carrel().source());
        }
        lines.add("");
        lines.add("The five stories: docs/five-cases.md");
        return String.join("\n", lines);
    }

    private static void evidence(Tally tally, String which, List<String> lines) {
        tally.evidence().ifPresent(found -> lines.addAll(wrap(which + found, INDENT)));
    }

    private static void encore(Tally tally, String which, List<String> lines) {
        tally.encore().ifPresent(found -> lines.addAll(wrap(which + found, INDENT)));
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
