package dev.carrel.tutor.answer;

import java.util.regex.Pattern;

/** A passage as Markdown that can stand among others: whatever it opens, it closes; a note is quoted as it was typed. */
final class Quote {
    private static final Pattern PROSE_END = Pattern.compile("[\\p{L}\\p{N}.!?)\"'*_`:;,%°]\\s*$");
    private static final Pattern STRUCTURE = Pattern.compile("(?m)^\\s*(?:[|>]|[-*+]\\s|\\d+[.)]\\s|```|~~~|#)");
    private static final Pattern SPECIAL = Pattern.compile("([\\\\`*_\\[\\]<>#|~])");

    private Quote() {}

    static String of(Source source) {
        String mark = "[" + source.number() + "]";
        String where = "\n\n— " + mark + " *" + inline(source.place()) + "*";
        String text = closed(source.text().strip());
        if (STRUCTURE.matcher(text).find() || !PROSE_END.matcher(text).find()) {
            return text + where;
        }
        return text + " " + mark + where;
    }

    /** Closes a code fence that the passage leaves open. */
    private static String closed(String text) {
        String open = "";
        for (String line : text.lines().toList()) {
            String start = line.strip();
            String mark = start.startsWith("```") || start.startsWith("~~~") ? start.substring(0, 3) : "";
            if (open.isEmpty()) {
                open = mark;
            } else if (mark.equals(open) && start.replace(open.substring(0, 1), "").isEmpty()) {
                open = "";
            }
        }
        return open.isEmpty() ? text : text + "\n" + open;
    }

    /** Text in a line of Markdown, with nothing in it that means something there. */
    static String inline(String text) {
        return SPECIAL.matcher(text).replaceAll("\\\\$1");
    }
}
