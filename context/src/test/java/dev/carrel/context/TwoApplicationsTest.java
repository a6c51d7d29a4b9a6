package dev.carrel.context;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Two applications in one process, each with a Carrel of its own, on shared threads. */
class TwoApplicationsTest {
    /** What an application does: binds a name, and runs a task of somebody else's inside. Loaded once for each. */
    public static final class Application implements BiFunction<String, Callable<String>, String> {
        private static final ContextKey<String> NAME = ContextKey.withDefault("name", Kind.SESSION, "nobody");

        @Override
        public String apply(String name, Callable<String> inside) {
            try {
                return Context.current().with(NAME, name).call(() -> inside.call() + " in " + Context.current()
                        .get(NAME));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        /** The name as this application sees it here. */
        @Override
        public String toString() {
            return Context.current().get(NAME);
        }
    }

    private static URLClassLoader loader() {
        URL[] classes = {Context.class.getProtectionDomain().getCodeSource().getLocation(),
                Application.class.getProtectionDomain().getCodeSource().getLocation()};
        return new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
    }

    @SuppressWarnings("unchecked")
    private static BiFunction<String, Callable<String>, String> application(URLClassLoader loader) throws Exception {
        return (BiFunction<String, Callable<String>, String>) loader.loadClass(Application.class.getName())
                .getConstructor().newInstance();
    }

    @Test
    void neither_sees_what_the_other_has_bound() throws Exception {
        try (URLClassLoader one = loader();
                URLClassLoader two = loader();
                ExecutorService shared = Executors.newFixedThreadPool(1)) {
            var shop = application(one);
            var school = application(two);
            assertThat(shop.getClass()).isNotEqualTo(school.getClass());
            Callable<String> both = () -> shop.apply("customer",
                    () -> school.apply("learner", () -> shop + " and " + school));
            assertThat(both.call()).isEqualTo("customer and learner in learner in customer");
            assertThat(shared.submit(both).get()).isEqualTo("customer and learner in learner in customer");
            assertThat(shared.submit(() -> shop + " and " + school).get()).isEqualTo("nobody and nobody");
            assertThat(shop.apply("customer", () -> "here " + Context.current().isRoot()))
                    .isEqualTo("here true in customer");
        }
    }
}
