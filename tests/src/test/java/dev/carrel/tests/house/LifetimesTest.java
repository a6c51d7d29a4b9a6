package dev.carrel.tests.house;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import dev.carrel.context.ContextKey;

import static org.assertj.core.api.Assertions.assertThat;

/** docs/lifetimes.md tells of every context key that there is, but for those of examples and tests. */
class LifetimesTest {
    private static final Path PAGE = Path.of("..", "docs", "lifetimes.md");

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
        List<ContextKey<?>> keys = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.carrel").stream()
                .filter(type -> !type.getPackageName().startsWith("dev.carrel.examples"))
                .filter(type -> !type.getPackageName().startsWith("dev.carrel.test"))
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getRawType().isEquivalentTo(ContextKey.class))
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .<ContextKey<?>>map(LifetimesTest::key).toList();
        assertThat(keys).hasSizeGreaterThan(5);
        List<String> rows = Files.readAllLines(PAGE);
        for (ContextKey<?> key : keys) {
            assertThat(rows).as("the row of %s", key.name()).anyMatch(
                    row -> row.startsWith("| `" + key.name() + "`") && row.contains("| " + key.kind() + " |"));
        }
    }
}
