package dev.carrel.onnx;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.batch.Batcher;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.test.Users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Small files, really run by ONNX Runtime. */
class OnnxModelTest {
    @TempDir
    Path folder;

    private OnnxModel squares() {
        return OnnxModel.of(Graphs.squares(folder)).input("x", Tensor.Type.FLOAT, -1).output("y").open();
    }

    private OnnxModel product() {
        return OnnxModel.of(Graphs.product(folder)).input("x", Tensor.Type.FLOAT, 3).output("y").open();
    }

    private static Map<String, Tensor> x(float... values) {
        return Map.of("x", Tensor.of(values, values.length));
    }

    @Test
    void each_item_gets_its_own_part_of_what_comes_out() throws Exception {
        try (OnnxModel model = product()) {
            List<Item<Map<String, Tensor>>> items = Items.of(List.of(x(1, 0, 0), x(0, 1, 0), x(0, 0, 1), x(1, 1, 1)));

            List<Outcome<Map<String, Tensor>>> outcomes = model.run(items);

            assertThat(outcomes).containsExactly(items.get(0).ok(Map.of("y", Tensor.of(new float[]{1, 2}, 2))),
                    items.get(1).ok(Map.of("y", Tensor.of(new float[]{3, 4}, 2))),
                    items.get(2).ok(Map.of("y", Tensor.of(new float[]{5, 6}, 2))),
                    items.get(3).ok(Map.of("y", Tensor.of(new float[]{9, 12}, 2))));
        }
    }

    @Test
    void many_callers_are_each_answered_with_what_became_of_their_own() {
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        try (OnnxModel model = squares();
                var batcher = Batcher.of("squares", model).together(OnnxModel::shapes)
                        .observer(batch -> sizes.add(batch.size())).start()) {
            Users.many(200).ofTenants(5).run(user -> {
                float own = user.canary().hashCode() % 1000;
                int length = 1 + Math.floorMod(user.canary().hashCode(), 3);
                float[] values = new float[length];
                float[] squares = new float[length];
                for (int i = 0; i < length; i++) {
                    values[i] = own + i;
                    squares[i] = (own + i) * (own + i);
                }
                assertThat(batcher.call(model.check(x(values))))
                        .isEqualTo(Map.of("y", Tensor.of(squares, length)));
            });
        }
        assertThat(sizes).anyMatch(size -> size > 1);
    }

    @Test
    void an_item_has_as_many_inputs_and_outputs_of_as_many_types_as_the_file() throws Exception {
        try (OnnxModel model = OnnxModel.of(Graphs.doubles(folder)).input("f", Tensor.Type.FLOAT)
                .input("l", Tensor.Type.INT64, 2).input("i", Tensor.Type.INT32, 2, 2).output("ii").output("ff")
                .output("ll").threads(2).open()) {
            List<Map<String, Tensor>> inputs = new ArrayList<>();
            List<Map<String, Tensor>> outputs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                inputs.add(Map.of("f", Tensor.of(new float[]{i}), "l", Tensor.of(new long[]{i, 1L << 40}, 2), "i",
                        Tensor.of(new int[]{i, 1, 2, 3}, 2, 2)));
                outputs.add(Map.of("ff", Tensor.of(new float[]{2 * i}), "ll",
                        Tensor.of(new long[]{2L * i, 1L << 41}, 2), "ii", Tensor.of(new int[]{2 * i, 2, 4, 6}, 2, 2)));
            }

            assertThat(values(model.run(Items.of(inputs)))).containsExactlyElementsOf(outputs);
        }
    }

    @Test
    void items_of_unequal_shapes_are_never_stacked_whatever_the_batch() throws Exception {
        try (OnnxModel model = squares()) {
            List<Item<Map<String, Tensor>>> items = Items.of(List.of(x(1), x(2, 3), x(4), x(5, 6)));

            assertThat(model.run(items)).containsExactlyInAnyOrder(items.get(0).ok(Map.of("y", y(1))),
                    items.get(1).ok(Map.of("y", y(4, 9))), items.get(2).ok(Map.of("y", y(16))),
                    items.get(3).ok(Map.of("y", y(25, 36))));
            assertThat(OnnxModel.shapes(items.get(0))).isEqualTo(OnnxModel.shapes(items.get(2)))
                    .isNotEqualTo(OnnxModel.shapes(items.get(1)));
        }
    }

    private static Tensor y(float... values) {
        return Tensor.of(values, values.length);
    }

    @Test
    void an_input_that_is_not_as_declared_is_refused_and_told_both_sides() {
        try (OnnxModel model = product()) {
            assertRefused(() -> model.check(Map.of()), "x", "is missing");
            assertRefused(() -> model.check(x(1, 2)), "x", "is FLOAT [2], where FLOAT [3] is wanted");
            assertRefused(() -> model.check(Map.of("x", Tensor.of(new long[]{1, 2, 3}, 3))), "x",
                    "is INT64 [3], where FLOAT [3] is wanted");
            assertRefused(() -> model.check(Map.of("x", Tensor.of(new float[]{1, 2, 3}, 1, 3))), "x",
                    "is FLOAT [1, 3], where FLOAT [3] is wanted");
            assertRefused(() -> model.check(Map.of("x", y(1, 2, 3), "z", y(1))), "z", "is no input of this model");
            assertThat(model.check(x(1, 2, 3))).isEqualTo(x(1, 2, 3));
        }
    }

    private static void assertRefused(ThrowingCallable call, String field, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(InvalidInputException.class, refused -> {
            assertThat(refused.field()).contains(field);
            assertThat(refused).hasMessage(why);
        });
    }

    @Test
    void an_input_that_nobody_checked_fails_alone_and_not_with_its_batch() throws Exception {
        try (OnnxModel model = product()) {
            List<Item<Map<String, Tensor>>> items = Items.of(List.of(x(1, 0, 0), x(1), x(0, 0, 1)));

            List<Outcome<Map<String, Tensor>>> outcomes = new ArrayList<>();
            assertThatCode(() -> outcomes.addAll(model.run(items))).as("the batch").doesNotThrowAnyException();

            assertThat(outcomes).contains(items.get(0).ok(Map.of("y", y(1, 2))), items.get(2).ok(Map.of("y", y(5, 6))))
                    .hasSize(3);
            assertThat(outcomes).filteredOn(outcome -> outcome.item() == items.get(1)).singleElement()
                    .isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(failed.failure())
                            .isInstanceOf(InvalidInputException.class));
        }
    }

    @Test
    void a_file_that_is_not_as_declared_does_not_open_and_both_sides_are_told() {
        assertThatThrownBy(() -> OnnxModel.of(Graphs.doubles(folder)).input("f", Tensor.Type.INT64)
                .input("l", Tensor.Type.INT64, 3).input("q", Tensor.Type.FLOAT, -1).output("gg").output("ll").open())
                .isInstanceOf(IllegalArgumentException.class).hasMessage("""
                        doubles.onnx is not as it was declared:
                          input "f": declared INT64 [?] (the first axis is the batch's), the file has FLOAT [?]
                          input "l": declared INT64 [?, 3] (the first axis is the batch's), the file has INT64 [?, 2]
                          input "q": declared FLOAT [?, ?] (the first axis is the batch's), the file has only [f, l, i]
                          input "i": not declared, the file has INT32 [?, 2, 2]
                          output "gg": declared, the file has only [ff, ll, ii]""");
    }

    @Test
    void a_file_whose_first_axis_is_not_the_batchs_does_not_open() {
        Path one = new Graph("one").input("x", Graph.FLOAT, 1, 3).output("y", Graph.FLOAT, 1, 3)
                .node("Mul", List.of("x", "x"), List.of("y")).in(folder, "one.onnx");

        assertThatThrownBy(() -> OnnxModel.of(one).input("x", Tensor.Type.FLOAT, 3).output("y").open())
                .hasMessageContaining(
                        "declared FLOAT [?, 3] (the first axis is the batch's), the file has FLOAT [1, 3]")
                .hasMessageContaining("output \"y\": to be one part per item");
    }

    @Test
    void what_is_declared_may_be_narrower_than_the_file_and_not_wider() {
        OnnxModel.of(Graphs.squares(folder)).input("x", Tensor.Type.FLOAT, 7).output("y").open().close();

        assertThatThrownBy(() -> OnnxModel.of(Graphs.product(folder)).input("x", Tensor.Type.FLOAT, -1).output("y")
                .open()).hasMessageContaining("declared FLOAT [?, ?]")
                .hasMessageContaining("the file has FLOAT [?, 3]");
    }

    @Test
    void a_file_that_is_missing_or_no_model_does_not_open() throws Exception {
        Path text = Files.writeString(folder.resolve("text.onnx"), "This is no model.");

        assertThatThrownBy(() -> OnnxModel.of(folder.resolve("none.onnx")).input("x", Tensor.Type.FLOAT).output("y")
                .open()).isInstanceOf(UncheckedIOException.class).hasMessageContaining("none.onnx");
        assertThatThrownBy(() -> OnnxModel.of(text).input("x", Tensor.Type.FLOAT).output("y").open())
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("text.onnx cannot be run");
        assertThatThrownBy(() -> OnnxModel.of(text).open()).hasMessageContaining("declare at least one input");
    }

    @Test
    void an_output_that_is_not_stacked_of_its_batch_is_an_error_of_the_model_and_told_to_nobody() throws Exception {
        for (Path file : List.of(Graphs.turned(folder), Graphs.sum(folder))) {
            try (OnnxModel model = OnnxModel.of(file).input("x", Tensor.Type.FLOAT, 3).output("y").open();
                    var batcher = Batcher.of("wrong", model).start()) {
                List<Item<Map<String, Tensor>>> items = Items.of(List.of(x(1, 2, 3), x(4, 5, 6)));

                assertThatThrownBy(() -> model.run(items)).isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("\"y\"").hasMessageContaining("of 2 items");
                assertThatThrownBy(() -> batcher.call(x(1, 2, 3))).isInstanceOf(FailedException.class)
                        .hasMessage("\"wrong\" failed.");
            }
        }
    }

    @Test
    void a_closed_model_says_so() throws Exception {
        OnnxModel model = squares();
        List<Item<Map<String, Tensor>>> items = Items.of(List.of(x(1)));
        model.close();
        model.close();

        assertThatThrownBy(() -> model.run(items)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static List<Map<String, Tensor>> values(List<Outcome<Map<String, Tensor>>> outcomes) {
        List<Map<String, Tensor>> values = new ArrayList<>();
        for (Outcome<Map<String, Tensor>> outcome : outcomes) {
            if (outcome instanceof Outcome.Ok<Map<String, Tensor>>(Item<?> _, Map<String, Tensor> value)) {
                values.add(value);
            } else {
                throw new AssertionError("no value but " + outcome);
            }
        }
        return values;
    }
}
