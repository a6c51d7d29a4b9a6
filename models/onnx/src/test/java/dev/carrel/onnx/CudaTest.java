package dev.carrel.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import dev.carrel.error.FailedException;

import static org.assertj.core.api.Assertions.assertThat;

/** On a CUDA device vectors are those of the CPU, but for the order in which sums are taken. Run in the profile {@code cuda}. */
@Tag("cuda")
class CudaTest {
    private static final Path DATA = Path.of("target", "test-data");
    private static final double NEAR = 0.9999;

    private static MiniLm onCuda() {
        try {
            return MiniLm.load(DATA, 1, Device.CUDA);
        } catch (FailedException e) {
            String line = "NOT RUN: CUDA test, as the model cannot be loaded on a CUDA device here: " + e.getCause();
            System.err.println("\n" + line + "\n");
            return Assumptions.abort(line);
        }
    }

    @Test
    void a_vector_points_where_it_does_on_the_cpu_alone_and_in_a_batch() {
        List<String> texts = new ArrayList<>(List.of("a", "When is my exam?", "word ".repeat(250)));
        for (int i = 1; i <= 29; i++) {
            texts.add("the quick brown fox " + i + " jumps over the lazy dog ".repeat(i % 9));
        }
        try (MiniLm cuda = onCuda(); MiniLm cpu = MiniLm.load(DATA, 1, Device.CPU)) {
            float[][] together = cuda.embed(texts);
            for (int i = 0; i < texts.size(); i++) {
                float[] reference = cpu.embed(List.of(texts.get(i)))[0];
                assertThat(cosine(reference, together[i])).as(texts.get(i)).isGreaterThanOrEqualTo(NEAR);
                assertThat(cosine(reference, cuda.embed(List.of(texts.get(i)))[0])).as(texts.get(i))
                        .isGreaterThanOrEqualTo(NEAR);
            }
        }
    }

    private static double cosine(float[] one, float[] other) {
        double dot = 0;
        double ofOne = 0;
        double ofOther = 0;
        for (int i = 0; i < one.length; i++) {
            dot += (double) one[i] * other[i];
            ofOne += (double) one[i] * one[i];
            ofOther += (double) other[i] * other[i];
        }
        return dot / Math.sqrt(ofOne * ofOther);
    }
}
