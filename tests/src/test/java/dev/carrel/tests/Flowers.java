package dev.carrel.tests;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import dev.carrel.app.JsonInput;
import dev.carrel.app.Model;
import dev.carrel.batch.Attributes;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.error.InvalidInputException;
import dev.carrel.onnx.OnnxModel;
import dev.carrel.onnx.Tensor;

record Flower(List<Float> sizes) {}

final class Flowers implements Model<Map<String, Tensor>, Map<String, Tensor>> {
    private final OnnxModel file;

    Flowers(OnnxModel file) {
        this.file = file;
    }

    @Override
    public Map<String, Tensor> decode(JsonInput request, Attributes attributes) {
        List<Float> sizes = request.as(Flower.class).sizes();
        if (sizes == null || sizes.contains(null)) {
            throw InvalidInputException.field("sizes", "are missing");
        }
        float[] values = new float[sizes.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = sizes.get(i);
        }
        return file.check(Map.of("sizes", Tensor.of(values, values.length)));
    }

    @Override
    public List<Outcome<Map<String, Tensor>>> run(List<Item<Map<String, Tensor>>> items) {
        return file.run(items);
    }

    @Override
    public Object encode(Map<String, Tensor> output, Attributes attributes) {
        return Objects.requireNonNull(output.get("scores")).floats();
    }

    @Override
    public void closed() {
        file.close();
    }
}
