package dev.carrel.onnx;

import java.util.List;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2.AllMiniLmL6V2EmbeddingModel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * The same model file with tokens, pooling and scaling that somebody else has written. Texts are of less than 128 tokens: that
 * one cuts longer ones there, and says nothing.
 */
class OtherImplementationTest {
    private final MiniLm model = TestModel.get();

    @Test
    void vectors_are_those_of_langchain4j() {
        List<String> texts = List.of("When is my exam?", "a",
                "The library opens at eight in the morning, but on Sundays.",
                "Ünïcode, emphasis — and 東京", "word and ".repeat(60).strip());
        var theirs = new AllMiniLmL6V2EmbeddingModel().embedAll(texts.stream().map(TextSegment::from).toList())
                .content();

        float[][] ours = model.embed(texts);

        for (int i = 0; i < texts.size(); i++) {
            float[] their = theirs.get(i).vector();
            double dot = 0;
            double length = 0;
            for (int d = 0; d < MiniLm.DIMENSIONS; d++) {
                dot += ours[i][d] * their[d];
                length += their[d] * their[d];
            }
            assertThat(dot / Math.sqrt(length)).as("the cosine of text %s", i).isCloseTo(1, within(1e-4));
        }
    }
}
