package dev.carrel.onnx;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TensorTest {
    @Test
    void a_tensor_has_as_many_values_as_its_shape_says() {
        assertThat(Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 2, 3).shape()).containsExactly(2L, 3L);
        assertThat(Tensor.of(new long[]{1}).shape()).as("one number").isEmpty();
        assertThat(Tensor.of(new int[0], 2, 0, 3).size()).isZero();
        assertThatThrownBy(() -> Tensor.of(new float[]{1, 2, 3}, 2, 2)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a tensor of shape [2, 2] has 4 values, not 3");
        assertThatThrownBy(() -> Tensor.of(new float[]{1}, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1 values");
        assertThatThrownBy(() -> Tensor.of(new float[]{1}, 1L << 40, 1L << 40)).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void nothing_that_others_do_changes_a_tensor() {
        float[] values = {1, 2};
        Tensor tensor = Tensor.of(values, 2);

        values[0] = 9;
        tensor.floats()[1] = 9;

        assertThat(tensor.floats()).containsExactly(1, 2);
        assertThatThrownBy(() -> tensor.shape().set(0, 3L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void values_of_another_type_are_not_given() {
        assertThat(Tensor.of(new long[]{1, 2}, 2).longs()).containsExactly(1, 2);
        assertThat(Tensor.of(new int[]{1, 2}, 2).ints()).containsExactly(1, 2);
        assertThatThrownBy(() -> Tensor.of(new long[]{1}, 1).floats()).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("INT64");
    }

    @Test
    void tensors_are_equal_by_type_shape_and_values_and_tell_of_their_values_nothing() {
        Tensor tensor = Tensor.of(new float[]{4711, 2}, 2);

        assertThat(tensor).isEqualTo(Tensor.of(new float[]{4711, 2}, 2))
                .hasSameHashCodeAs(Tensor.of(new float[]{4711, 2}, 2)).hasToString("FLOAT [2]");
        assertThat(List.of(Tensor.of(new float[]{4711, 2}, 2, 1), Tensor.of(new float[]{4711, 3}, 2),
                Tensor.of(new int[]{4711, 2}, 2))).doesNotContain(tensor);
    }
}
