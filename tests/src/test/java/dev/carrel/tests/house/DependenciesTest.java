package dev.carrel.tests.house;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a newcomer downloads to run Carrel: a library that comes in unnoticed turns this red. If it was meant to come,
 * add it to {@code dependencies.txt}, and say why in the commit.
 */
class DependenciesTest {
    @Test
    void the_command_brings_these_libraries_and_no_other() throws IOException {
        assertThat(libraries(Path.of("../cli/target/classpath.dependencies")))
                .containsExactlyElementsOf(expected("dependencies.txt"));
    }

    @Test
    void the_cases_bring_no_model_and_no_server() throws IOException {
        assertThat(libraries(Path.of("../examples/target/classpath.dependencies")))
                .containsExactlyElementsOf(expected("dependencies-of-cases.txt"));
    }

    private static List<String> libraries(Path classpath) throws IOException {
        return Arrays.stream(Files.readString(classpath).strip().split(File.pathSeparator))
                .map(jar -> Path.of(jar).getFileName().toString()).filter(jar -> !jar.startsWith("carrel-"))
                .map(jar -> jar.replaceFirst("-[0-9][^-]*(-(alpha|beta)[0-9]*)?\\.jar$", "")).sorted().toList();
    }

    private static List<String> expected(String list) throws IOException {
        return Files.readAllLines(Path.of("src/test/resources/" + list)).stream().filter(line -> !line.isBlank())
                .toList();
    }
}
