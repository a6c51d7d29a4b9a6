package dev.carrel.tests.house;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import dev.carrel.context.ContextKey;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said of every context key that there is, but for those of examples and tests. */
class LifetimesTest {
    private static final Path PAGE = Path.of("..", "docs", "lifetimes.md");
    private static final List<JavaField> KEYS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.carrel").stream()
            .filter(type -> !type.getPackageName().startsWith("dev.carrel.examples"))
            .filter(type -> !type.getPackageName().startsWith("dev.carrel.test"))
            .flatMap(type -> type.getFields().stream())
            .filter(field -> field.getRawType().isEquivalentTo(ContextKey.class))
            .filter(field -> field.getModifiers().contains(JavaModifier.STATIC)).toList();

    private static ContextKey<?> key(JavaField field) {
        try {
            Field reflected = field.reflect();
            reflected.setAccessible(true);
            return (ContextKey<?>) reflected.get(null);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void every_key_of_carrel_has_a_row_with_its_kind() throws IOException {
        assertThat(KEYS).hasSizeGreaterThan(5);
        List<String> rows = Files.readAllLines(PAGE);
        for (JavaField field : KEYS) {
            ContextKey<?> key = key(field);
            assertThat(rows).as("the row of %s", key.name()).anyMatch(
                    row -> row.startsWith("| `" + key.name() + "`") && row.contains("| " + key.kind() + " |"));
        }
    }

    @Test
    void every_key_of_carrel_says_in_its_javadoc_who_binds_it_and_when_it_ends() throws IOException {
        for (JavaField field : KEYS) {
            assertThat(javadoc(field)).as("the Javadoc of %s", field.getFullName())
                    .containsPattern("\\b[Bb]ound (by|where)\\b")
                    .containsPattern("\\b[Ee]nds?\\b");
        }
    }

    /** The comment right above the field; empty if there is none. */
    private static String javadoc(JavaField field) throws IOException {
        List<String> lines = Files.readAllLines(source(field));
        int at = 0;
        while (!lines.get(at).matches(".*\\bContextKey<.*> " + field.getName() + " =.*")) {
            at++;
        }
        var text = new StringBuilder();
        for (int above = at - 1; lines.get(above).strip().matches("/?\\*.*"); above--) {
            text.insert(0, lines.get(above).strip().replaceFirst("^[/*]+", "") + " ");
        }
        return text.toString();
    }

    private static Path source(JavaField field) throws IOException {
        Path path = Path.of(field.getOwner().getName().replaceFirst("\\$.*", "").replace('.', '/') + ".java");
        try (Stream<Path> folders = Files.walk(Path.of(".."), 2)) {
            return folders.map(module -> module.resolve("src/main/java").resolve(path)).filter(Files::exists)
                    .findFirst().orElseThrow(() -> new AssertionError("no source of " + field.getFullName()));
        }
    }
}
