package dev.carrel.tutor.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads a document line by line into sections: a path of headings, and under it blocks that are best kept whole (a
 * paragraph, a list, a table, a fenced piece of code).
 *
 * <p>Markdown as CommonMark 0.31 has it, as far as blocks go: ATX and setext headings, fences of backticks and tildes;
 * front matter is skipped but for its title. In plain text the file's name is the
 * title, and an underlined line, or a short one that stands alone, is a heading.
 */
final class Outline {
    /** The blocks under one heading path. */
    record Section(String heading, List<String> blocks) {}

    private static final Pattern ATX = Pattern.compile(" {0,3}(#{1,6})(?:[ \\t]+(.*?))?(?:[ \\t]+#+)?[ \\t]*");
    private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");
    private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,})(.*)");
    private static final Pattern LONE_LINE = Pattern.compile("[\\p{Lu}\\d][^.,;:!?|]{1,60}");
    private static final Pattern TITLE = Pattern.compile("title:\\s*[\"']?(.*?)[\"']?\\s*");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\]]*)\\]\\([^)]*\\)");

    private final boolean markdown;
    private final List<Section> sections = new ArrayList<>();
    private final @Nullable String[] path = new @Nullable String[7];
    private List<String> blocks = new ArrayList<>();
    private final List<String> block = new ArrayList<>();
    private @Nullable String fence;
    private @Nullable String loneLine;

    private Outline(boolean markdown) {
        this.markdown = markdown;
    }

    static List<Section> of(Document document) {
        Outline outline = new Outline(document.markdown());
        List<String> lines = document.text().lines().toList();
        int start = 0;
        if (outline.markdown) {
            start = outline.frontMatter(lines);
        } else {
            outline.path[0] = document.name();
        }
        for (int i = start; i < lines.size(); i++) {
            outline.line(lines.get(i), i + 1 < lines.size() ? lines.get(i + 1) : "");
        }
        outline.endSection();
        outline.keepLoneLine();
        return outline.sections;
    }

    private int frontMatter(List<String> lines) {
        if (lines.isEmpty() || !lines.getFirst().strip().equals("---")) {
            return 0;
        }
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.equals("---") || line.equals("...")) {
                lines.subList(1, i).stream().map(TITLE::matcher).filter(Matcher::matches).findFirst()
                        .ifPresent(title -> path[0] = plain(title.group(1)));
                return i + 1;
            }
        }
        return 0;
    }

    private void line(String line, String next) {
        if (fence != null) {
            block.add(line);
            if (closes(line, fence)) {
                fence = null;
                endBlock();
            }
            return;
        }
        Matcher matcher = FENCE.matcher(line);
        if (markdown && matcher.matches() && !(line.contains("`") && matcher.group(2).contains("`"))) {
            endBlock();
            fence = matcher.group(1);
            block.add(line);
            return;
        }
        matcher = ATX.matcher(line);
        if (markdown && matcher.matches()) {
            heading(matcher.group(1).length(), matcher.group(2));
        } else if (UNDERLINE.matcher(line).matches() && block.size() == 1 && canBeHeading(block.getFirst())) {
            String text = block.removeFirst();
            heading(line.strip().startsWith("=") ? 1 : 2, text);
        } else if (line.isBlank()) {
            endBlock();
        } else if (!markdown && block.isEmpty() && next.isBlank() && LONE_LINE.matcher(line).matches()) {
            heading(2, line);
            loneLine = line;
        } else {
            block.add(line.stripTrailing());
        }
    }

    private static boolean closes(String line, String fence) {
        String stripped = line.strip();
        return stripped.length() >= fence.length() && stripped.chars().allMatch(c -> c == fence.charAt(0));
    }

    private static boolean canBeHeading(String line) {
        String start = line.stripLeading();
        return !start.startsWith("- ") && !start.startsWith("* ") && !start.startsWith("|") && !start.startsWith(">");
    }

    private void heading(int level, @Nullable String text) {
        endSection();
        keepLoneLine();
        path[level] = text == null ? "" : plain(text);
        for (int deeper = level + 1; deeper < path.length; deeper++) {
            path[deeper] = null;
        }
        if (level == 1 && markdown) {
            path[0] = null; // the title in the front matter says the same
        }
    }

    /** A short line of plain text that has no text under it was no heading after all. */
    private void keepLoneLine() {
        if (loneLine != null) {
            path[2] = null;
            blocks.add(loneLine);
            loneLine = null;
            endSection();
        }
    }

    private void endBlock() {
        if (!block.isEmpty()) {
            blocks.add(String.join("\n", block));
            block.clear();
        }
    }

    private void endSection() {
        endBlock();
        if (!blocks.isEmpty()) {
            loneLine = null;
            List<String> headings = new ArrayList<>();
            for (String heading : path) {
                if (heading != null && !heading.isBlank()) {
                    headings.add(heading);
                }
            }
            sections.add(new Section(String.join(Passage.ARROW, headings), blocks));
            blocks = new ArrayList<>();
        }
        fence = null;
    }

    /** A heading without its inline marks. */
    private static String plain(String heading) {
        return LINK.matcher(heading).replaceAll("$1").replaceAll("[*`]|<[^>]*>", "").strip();
    }

    static boolean isFence(String block) {
        return FENCE.matcher(block.lines().findFirst().orElse("")).matches();
    }

    static boolean isTable(String block) {
        return block.stripLeading().startsWith("|") && block.lines().count() > 2
                && block.lines().skip(1).findFirst().orElse("").matches("[|:\\-\\s]+");
    }
}
