package dev.carrel.batch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import dev.carrel.error.InvalidInputException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Several inputs of one caller at once. */
@Timeout(60)
class CallAllTest {
    private final Stage stage = new Stage();

    @AfterEach
    void stop() {
        stage.close();
    }

    @Test
    void several_inputs_of_one_caller_run_together_and_keep_their_order() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxItems(3).start(); stage) {
            stage.hold(batcher);
            Future<List<String>> answers = stage.call(Stage.of("school", "alice"),
                    () -> batcher.callAll(List.of("a", "b", "c", "d", "e")));
            Stage.becomes(batcher::waiting, 5);
            stage.open();
            assertThat(answers.get()).containsExactly("a", "b", "c", "d", "e");
            assertThat(stage.batches).containsExactly(List.of("first"), List.of("a", "b", "c"), List.of("d", "e"));
            assertThat(batcher.callAll(List.of())).isEmpty();
        }
    }

    @Test
    void of_several_inputs_one_that_fails_frees_their_caller_and_the_rest_is_not_computed() throws Exception {
        var told = new CompletableFuture<Throwable>();
        BatchModel<String, String> model = stage.then(items -> {
            if (items.getFirst().input().equals("x")) {
                var unused = told.get(30, TimeUnit.SECONDS);
            }
            return items.stream().map(item -> item.input().equals("bad")
                    ? item.<String>failed(InvalidInputException.malformed("bad"))
                    : item.ok(item.input())).toList();
        });
        try (Batcher<String, String> batcher = Batcher.of("echo", model).maxItems(1).start(); stage) {
            stage.hold(batcher);
            Future<?> answers = stage.call(Stage.of("school", "alice"), () -> {
                try {
                    return batcher.callAll(List.of("bad", "x", "y", "z"));
                } catch (InvalidInputException e) {
                    told.complete(e);
                    throw e;
                }
            });
            Stage.becomes(batcher::waiting, 4);
            Future<String> other = stage.queued(batcher, Stage.of("school", "bob"), "other");
            stage.open();
            assertThatThrownBy(answers::get).cause().isInstanceOf(InvalidInputException.class);
            assertThat(other.get()).isEqualTo("other");
            assertThat(stage.batches).doesNotContain(List.of("y"), List.of("z"));
        }
    }

    @Test
    void of_more_inputs_than_may_wait_none_is_taken() throws Exception {
        try (Batcher<String, String> batcher = Batcher.of("echo", stage.echo()).maxWaiting(3).start(); stage) {
            stage.hold(batcher);
            assertThatThrownBy(() -> batcher.callAll(List.of("a", "b", "c", "d")))
                    .isInstanceOf(InvalidInputException.class).hasMessageContaining("at most 3");
            assertThat(batcher.waiting()).isZero();
        }
    }
}
