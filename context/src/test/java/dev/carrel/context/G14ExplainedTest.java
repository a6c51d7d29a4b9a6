package dev.carrel.context;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import dev.carrel.error.CarrelException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.MissingContextException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** G14: reading a value that was never bound fails with an explanation of where the chain broke. */
class G14ExplainedTest {
    private static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    private static final ContextKey<String> OTHER = ContextKey.of("other", Kind.TURN);

    @Test
    void at_the_root_it_says_that_the_hop_lost_the_context_and_how_to_keep_it() {
        try (var executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "worker-7"))) {
            assertThatThrownBy(() -> Context.root().with(COURSE, "chemistry")
                    .call(() -> executor.submit(() -> Context.current().get(COURSE)).get()))
                    .isInstanceOf(ExecutionException.class).cause().isInstanceOf(MissingContextException.class)
                    .hasMessageContaining("\"course\"").hasMessageContaining("\"worker-7\"")
                    .hasMessageContaining("root context").hasMessageContaining("Context.propagating")
                    .hasMessageContaining("wrap");
        }
    }

    @Test
    void elsewhere_it_names_what_is_bound_and_where_to_bind_this() {
        Context.root().with(OTHER, "a secret")
                .run(() -> assertThatThrownBy(() -> Context.current().get(COURSE)).hasMessageContaining("\"course\"")
                        .hasMessageContaining("Context[other]").hasMessageContaining("session")
                        .hasMessageNotContaining("a secret"));
    }

    @Test
    void nobody_asking_is_explained_and_not_told_to_the_caller() {
        assertThatThrownBy(Principal::current).isInstanceOf(MissingContextException.class)
                .hasMessageContaining("principal").satisfies(thrown -> {
                    assertThat(CarrelException.publicMessage(thrown)).doesNotContain("principal", "thread");
                    assertThat(CarrelException.publicCode(thrown)).isEqualTo(ErrorCode.MISSING_CONTEXT);
                });
        assertThat(Principal.find()).isEmpty();
    }
}
