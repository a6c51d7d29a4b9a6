package dev.carrel.concurrent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * StructuredTaskScope carries the context by inheritance. It is a preview in this JDK, so nothing is compiled against it:
 * the program under test is a source file that a JVM of its own runs.
 */
class StructuredTaskScopeTest {
    @Test
    void forks_inherit_the_context_however_they_end_and_may_rebind_it_but_an_owner_that_rebinds_may_not_fork(
            @TempDir Path folder)
            throws Exception {
        assumeThat(Runtime.version().feature()).as("the preview differs from release to release").isEqualTo(25);
        Path source = folder.resolve("Structured.java");
        try (var program = Objects.requireNonNull(getClass().getResourceAsStream("Structured.java"))) {
            Files.copy(program, source);
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-preview", "--source", "25", "-cp", classPath, source.toString()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(text).isTrue();
        assertThat(text.lines().filter(line -> !line.startsWith("Note:"))).containsExactly( //
                "plain: alice",
                "wrapped: bob",
                "rebinds: bob+bob alice",
                "future: alice+alice alice",
                "map: [alice, alice]",
                "executor: alice",
                "owner: alice",
                "rebound before fork: refused",
                "afterwards: alice",
                "a fork fails: of alice, alice stopped, the owner alice",
                "time-out: alice stopped, the owner alice",
                "the owner is interrupted: alice stopped, the owner alice",
                "after the end: refused, the owner alice",
                "threads of one task: alice+alice",
                "outside: nobody");
    }
}
