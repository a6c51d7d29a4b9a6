package dev.carrel.readme;

import java.util.Set;

import org.junit.jupiter.api.Test;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;

import static org.assertj.core.api.Assertions.assertThat;

/** The programs of the README do what it says. */
class ReadmeExamplesTest {
    private static Context of(String user, String course) {
        Authority login = PlainJava.LOGIN;
        return login.bind(Context.root(), login.user("school", user, user, Set.of())).with(PlainJava.COURSE, course);
    }

    @Test
    void plain_java() {
        assertThat(PlainJava.handle()).isEqualTo("Alice studies chemistry");
    }

    @Test
    void plain_executor() throws Exception {
        assertThat(PlainExecutor.ask(of("Alice", "chemistry"), of("Bob", "physics")))
                .isEqualTo("Alice studies chemistry; Bob studies physics");
    }
}
