package dev.carrel.integrations.mdc;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Strict;

import static org.assertj.core.api.Assertions.assertThat;

/** What a block leaves in the MDC is taken away, and told. Each test has names of its own: each is told once. */
class LeftBehindTest {
    private static final Authority AUTHORITY = Authority.named("test");

    /** Held, since the log manager holds it weakly. */
    private final Logger logger = Logger.getLogger("dev.carrel.context");
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        MDC.clear();
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
        Strict.disable();
        MDC.clear();
    }

    @Test
    void what_a_task_leaves_on_its_worker_is_taken_away_and_told_once_without_its_value() throws Exception {
        try (var executor = Context.propagating(Executors.newSingleThreadExecutor())) {
            for (int i = 0; i < 3; i++) {
                executor.submit(() -> MDC.put("course-left", "alice's secret")).get();
                assertThat(executor.submit(() -> String.valueOf(MDC.get("course-left"))).get()).isEqualTo("null");
            }
        }
        assertThat(logged).singleElement().asString().contains("\"course-left\"", "pool-", "MDC.putCloseable")
                .doesNotContain("secret");
    }

    @Test
    void an_entry_of_the_callers_that_was_changed_is_put_back_and_told() {
        MDC.put("changed", "the caller's");
        Context.root().run(() -> MDC.put("changed", "another's"));
        assertThat(MDC.get("changed")).isEqualTo("the caller's");
        assertThat(logged).singleElement().asString().contains("\"changed\"").doesNotContain("another");
    }

    @Test
    void one_of_carrels_own_that_was_overwritten_is_told_too() {
        AUTHORITY.bind(Context.root(), AUTHORITY.visitor("school", "v1")).run(() -> MDC.put("user-id", "mallory"));
        assertThat(logged).singleElement().asString().contains("\"user-id\"").doesNotContain("mallory");
    }

    @Test
    void what_is_taken_away_by_whoever_put_it_there_goes_without_a_word() {
        MDC.put("stays", "the caller's");
        AUTHORITY.bind(Context.root(), AUTHORITY.visitor("school", "v1")).run(() -> {
            try (var _ = MDC.putCloseable("closed", "x")) {
                Context.root().run(() -> assertThat(MDC.get("closed")).isEqualTo("x"));
            }
            MDC.remove("stays");
        });
        assertThat(MDC.get("stays")).isEqualTo("the caller's");
        assertThat(logged).isEmpty();
    }

    @Test
    void in_strict_mode_each_is_a_failure_with_the_place_where_its_block_ended() {
        Strict.enable();
        for (int i = 0; i < 2; i++) {
            Context.root().run(() -> MDC.put("strict", "x"));
            assertThat(Strict.left()).singleElement().satisfies(left -> {
                assertThat(left.what()).contains("\"strict\"");
                assertThat(left.where().getStackTrace()).anySatisfy(
                        frame -> assertThat(frame.getClassName()).isEqualTo(LeftBehindTest.class.getName()));
            });
        }
        Throwable second = Strict.left().getFirst().where();
        Context.root().run(() -> MDC.put("strict", "x"));
        assertThat(Strict.left()).singleElement().satisfies(left -> assertThat(left.where()).isNotSameAs(second));
        assertThat(logged).hasSize(1);
    }
}
