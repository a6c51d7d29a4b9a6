package dev.carrel.context;

import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.context.spi.BindingListener;
import dev.carrel.context.spi.OpenScopes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which bridge is used where one, several or a broken one is found. */
class SeveralBridgesTest {
    /** A bridge in which nothing is ever open: what its {@code current} answers is nothing. */
    public static class Idle implements OpenScopes {
        @Override
        public @Nullable Context current() {
            return null;
        }

        @Override
        public @Nullable Object blockBegins() {
            return null;
        }

        @Override
        public void blockEnds(@Nullable Object hidden, BindingListener.Undo listeners) {
            listeners.undo();
        }
    }

    /** Another one. */
    public static final class Other extends Idle {}

    /** An application that binds a context. Loaded once for each set of bridges. */
    public static final class Application implements Callable<String> {
        private static final ContextKey<String> NAME = ContextKey.withDefault("name", Kind.SESSION, "nobody");

        @Override
        public String call() throws Exception {
            String within = Context.root().with(NAME, "alice").call(() -> Context.current().get(NAME));
            return within + ", then " + Context.current().get(NAME);
        }
    }

    private static String runWith(Path folder, List<String> bridges) throws Exception {
        Path services = Files.createDirectories(folder.resolve("META-INF").resolve("services"));
        Files.write(services.resolve(OpenScopes.class.getName()), bridges);
        URL[] classes = {folder.toUri().toURL(), location(Bridges.class), location(Context.class),
                location(Application.class), location(Nullable.class)};
        try (var loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
            return String.valueOf(((Callable<?>) loader.loadClass(Application.class.getName()).getConstructor()
                    .newInstance()).call());
        }
    }

    private static URL location(Class<?> type) throws Exception {
        return URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()).toURL();
    }

    @Test
    void where_none_has_anything_open_the_block_counts(@TempDir Path folder) throws Exception {
        assertThat(runWith(folder, List.of())).isEqualTo("alice, then nobody");
        assertThat(runWith(folder, List.of(Idle.class.getName()))).isEqualTo("alice, then nobody");
    }

    @Test
    void two_that_open_scopes_are_refused_by_name_since_the_innermost_could_not_be_told(@TempDir Path folder) {
        assertThatThrownBy(() -> runWith(folder, List.of(Idle.class.getName(), Other.class.getName())))
                .rootCause().isInstanceOf(IllegalStateException.class).hasMessageContaining("Idle")
                .hasMessageContaining("Other").hasMessageContaining("Leave one");
    }

    @Test
    void one_that_is_declared_and_not_there_is_named(@TempDir Path folder) {
        assertThatThrownBy(() -> runWith(folder, List.of("org.example.Missing")))
                .isInstanceOf(ServiceConfigurationError.class).hasMessageContaining("org.example.Missing");
    }
}
