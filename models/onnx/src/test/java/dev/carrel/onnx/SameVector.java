package dev.carrel.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** When two vectors of one text are the same, though it ran in different company. */
final class SameVector {
    private SameVector() {}

    /**
     * Bit for bit where CI runs, whose machine is known. Elsewhere within a millionth: by the shape of a batch ONNX Runtime chooses
     * among the kernels that it has for the processor at hand, and they may add up in another order.
     */
    static void assertSame(float[] vector, float[] expected) {
        if (Boolean.parseBoolean(System.getenv("CI"))) {
            assertThat(vector).containsExactly(expected);
        } else {
            assertThat(vector).containsExactly(expected, within(1e-6f));
        }
    }
}
