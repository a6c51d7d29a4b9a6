package dev.carrel.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.carrel.examples.driver.Result;
import dev.carrel.examples.driver.Tally;

import static org.assertj.core.api.Assertions.assertThat;

/** Both columns of {@code ./carrel cases}: a pair whose usual way were right would prove nothing. */
class CasesTest {
    private static final Path REPOSITORY = Path.of("..");
    private static List<Result> results = List.of();

    @BeforeAll
    static void run() {
        results = Cases.run();
    }

    static List<Result> results() {
        return results;
    }

    @ParameterizedTest
    @MethodSource("results")
    void carrel_gives_everybody_their_own(Result result) {
        assertThat(result.carrel().evidence()).as(result.title()).isEmpty();
        assertThat(result.carrel().wrong()).as(result.title()).isZero();
    }

    @ParameterizedTest
    @MethodSource("results")
    void the_usual_way_is_wrong_in_more_than_half(Result result) {
        assertThat(result.usual().wrong()).as(result.title()).isGreaterThan(result.usual().answers() / 2);
        assertThat(result.usual().evidence()).as(result.title()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("results")
    void both_ways_give_as_many_answers_and_wait_as_often(Result result) {
        assertThat(List.of(result.usual().answers(), result.carrel().answers())).containsOnly(2_000);
        assertThat(result.usual().meetings()).isPositive().isEqualTo(result.carrel().meetings());
    }

    @ParameterizedTest
    @MethodSource("results")
    void the_named_files_are_where_the_report_says(Result result) {
        for (Tally tally : List.of(result.usual(), result.carrel())) {
            assertThat(Files.isRegularFile(REPOSITORY.resolve(tally.source()))).as(tally.source()).isTrue();
        }
    }

    @Test
    void the_report_names_every_case_and_fits_a_hundred_columns() {
        String report = Report.of(results);
        assertThat(report.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
        assertThat(results).hasSize(Cases.all().size()).allSatisfy(result -> assertThat(report)
                .contains(result.title(), result.usual().source(), result.carrel().source()));
        assertThat(report).contains("of 2,000 wrong; Carrel: 0 of 2,000");
    }
}
