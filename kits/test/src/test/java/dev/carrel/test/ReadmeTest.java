package dev.carrel.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The example in the README is one that runs. */
class ReadmeTest {
    @Test
    void the_example_is_a_test_of_this_module() throws IOException {
        String block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")))
                .results().findFirst().orElseThrow().group(1);
        assertThat(Files.readString(Path.of("src/test/java/dev/carrel/test/GreeterTest.java"))).contains(block);
    }
}
