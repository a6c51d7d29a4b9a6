package dev.carrel.tck.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The examples in the README are ones that run. */
class ReadmeTest {
    @Test
    void the_examples_are_tests_of_stores() throws IOException {
        List<String> blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md"))).results().map(block -> block.group(1)).toList();
        assertThat(blocks).hasSize(2);
        assertThat(Files.readString(Path.of("src/test/java/dev/carrel/tck/store/MemoryStoreContractTest.java")))
                .contains(blocks.get(0));
        assertThat(
                Files.readString(Path.of("../../stores/jdbc-tests/src/test/java/dev/carrel/store/jdbc/KillTest.java")))
                .contains(blocks.get(1));
    }

    @Test
    void the_contracts_that_it_names_are_there() throws IOException {
        List<String> named = Pattern.compile("`(\\w+Contract|CrashWriter)`")
                .matcher(Files.readString(Path.of("README.md"))).results().map(name -> name.group(1)).distinct()
                .toList();
        assertThat(named).hasSizeGreaterThan(6)
                .allSatisfy(
                        name -> assertThat(Path.of("src/main/java/dev/carrel/tck/store/" + name + ".java")).exists());
    }
}
