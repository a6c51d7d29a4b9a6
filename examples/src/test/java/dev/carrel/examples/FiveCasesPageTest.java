package dev.carrel.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Result;

import static org.assertj.core.api.Assertions.assertThat;

/** The code on docs/five-cases.md is that of the files which run. */
class FiveCasesPageTest {
    private static final Path PAGE = Path.of("../docs/five-cases.md");
    /** A line that links to a source file, and each block of Java after it up to the next link. */
    private static final Pattern LINK_OR_BLOCK = Pattern.compile(
            "^\\[[A-Za-z]+\\.java]\\((?<file>[^)]+)\\)$|^```java\\n(?<block>.*?)\\n```$",
            Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void each_block_of_code_is_a_contiguous_excerpt_of_the_file_named_before_it() throws IOException {
        Path file = PAGE;
        int blocks = 0;
        for (MatchResult match : LINK_OR_BLOCK.matcher(Files.readString(PAGE)).results().toList()) {
            String link = match.group("file");
            if (link != null) {
                file = PAGE.resolveSibling(link);
            } else {
                blocks++;
                assertThat(isExcerpt(match.group("block"), file)).as("%s holds%n%s", file, match.group("block"))
                        .isTrue();
            }
        }
        assertThat(blocks).isGreaterThanOrEqualTo(2 * Cases.all().size());
    }

    @Test
    void each_case_is_told_under_its_title_with_both_of_its_files() throws IOException {
        String page = Files.readString(PAGE);
        List<Case<?>> cases = Cases.all();
        assertThat(IntStream.range(0, cases.size())).allSatisfy(i -> assertThat(page)
                .contains("\n## %d. %s\n".formatted(i + 1, cases.get(i).title())));
        assertThat(cases).map(story -> Result.of(story, 2, 1)).allSatisfy(result -> assertThat(page)
                .contains("](../" + result.usual().source() + ")", "](../" + result.carrel().source() + ")"));
    }

    /** Whether the lines stand in the file one after the other, however deep they are indented there. */
    private static boolean isExcerpt(String block, Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        int size = (int) block.lines().count();
        return IntStream.rangeClosed(0, lines.size() - size)
                .anyMatch(i -> String.join("\n", lines.subList(i, i + size)).stripIndent().equals(block));
    }
}
