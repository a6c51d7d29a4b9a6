package dev.carrel.onnx;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

import dev.carrel.batch.BatchModel;
import dev.carrel.batch.Item;
import dev.carrel.batch.Outcome;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;

/**
 * Any ONNX file whose inputs and outputs have the batch as their first axis. Each item is one entry along it: its tensors are
 * stacked with those of its neighbours, and it gets its own part of what comes out.
 *
 * {@snippet :
 * OnnxModel iris = OnnxModel.of(Path.of("iris.onnx")).input("flower", Tensor.Type.FLOAT, 4).output("kind").open();
 * var batcher = Batcher.of("iris", iris).together(OnnxModel::shapes).start();
 *
 * Tensor kind = batcher.call(iris.check(Map.of("flower", Tensor.of(flower, 4)))).get("kind");
 * }
 *
 * <ul>
 * <li>{@link #check} an input on its caller's thread, before it waits for a batch.
 * <li>Only tensors of equal shapes can be stacked. If an axis is free, batch items of equal {@link #shapes}; others are run
 * too, but each shape by itself.
 * <li>A run ends early once all who wait for it have asked to stop, or its thread is interrupted.
 * </ul>
 *
 * Thread-safe: runs of several threads go on side by side. Close it when no more are wanted; those that run are waited for.
 */
public final class OnnxModel implements BatchModel<Map<String, Tensor>, Map<String, Tensor>>, AutoCloseable {
    private final OnnxSession session;
    private final Map<String, Declared> inputs;
    private final Set<String> outputs;

    OnnxModel(OnnxSession session, Map<String, Declared> inputs, Set<String> outputs) {
        this.session = session;
        this.inputs = Map.copyOf(inputs);
        this.outputs = Set.copyOf(outputs);
    }

    /** The model in this file; declare its inputs and outputs, and open it. */
    public static OnnxModelBuilder of(Path file) {
        return new OnnxModelBuilder(file);
    }

    /**
     * The input, which no later change of the map reaches, if the model can run it.
     *
     * @param input of each input that was declared, its tensor, without the batch's axis
     * @throws InvalidInputException if one is missing, unknown, or of another type or shape
     */
    public Map<String, Tensor> check(Map<String, Tensor> input) {
        Map<String, Tensor> kept = Map.copyOf(input);
        for (Declared declared : inputs.values()) {
            Tensor tensor = kept.get(declared.name());
            if (tensor == null) {
                throw InvalidInputException.field(declared.name(), "is missing");
            }
            declared.check(tensor);
        }
        for (String given : kept.keySet()) {
            if (!inputs.containsKey(given)) {
                throw InvalidInputException.field(given, "is no input of this model");
            }
        }
        return kept;
    }

    /** What only items that can be stacked have in common, for {@link dev.carrel.batch.BatcherBuilder#together}. */
    public static Object shapes(Item<Map<String, Tensor>> item) {
        return shapes(item.input());
    }

    private static Map<String, List<Long>> shapes(Map<String, Tensor> input) {
        Map<String, List<Long>> shapes = new HashMap<>();
        input.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    /** Its input can be run and does not change any more. */
    private record Sound(Item<Map<String, Tensor>> item, Map<String, Tensor> input) {}

    @Override
    public List<Outcome<Map<String, Tensor>>> run(List<Item<Map<String, Tensor>>> items) {
        List<Outcome<Map<String, Tensor>>> outcomes = new ArrayList<>(items.size());
        Map<Object, List<Sound>> alike = new LinkedHashMap<>();
        for (Item<Map<String, Tensor>> item : items) {
            try {
                Map<String, Tensor> input = check(item.input());
                alike.computeIfAbsent(shapes(input), _ -> new ArrayList<>()).add(new Sound(item, input));
            } catch (InvalidInputException e) {
                outcomes.add(item.failed(e));
            }
        }
        for (List<Sound> batch : alike.values()) {
            Optional<List<Map<String, Tensor>>> made = stacked(batch);
            for (int i = 0; i < batch.size(); i++) {
                Item<Map<String, Tensor>> item = batch.get(i).item;
                outcomes.add(made.isPresent() ? item.ok(made.get().get(i)) : item.cancelled());
            }
        }
        return outcomes;
    }

    /** What becomes of each, in their order; empty if nobody wants it any more. */
    private Optional<List<Map<String, Tensor>>> stacked(List<Sound> batch) {
        Map<String, OnnxSession.Input> stacks = new HashMap<>();
        for (String name : inputs.keySet()) {
            List<Tensor> parts = batch.stream().map(each -> Objects.requireNonNull(each.input.get(name))).toList();
            stacks.put(name, environment -> Stack.of(parts, environment));
        }
        try {
            return session.run(batch.stream().map(each -> each.item.cancellation()).toList(), stacks, outputs,
                    result -> parts(result, batch.size()));
        } catch (OrtException e) {
            throw new FailedException("The model failed.", e);
        }
    }

    private List<Map<String, Tensor>> parts(OrtSession.Result result, int count) {
        Map<String, List<Tensor>> made = new HashMap<>();
        for (String output : outputs) {
            made.put(output, Stack.parts(result.get(output).orElseThrow(), count, output));
        }
        List<Map<String, Tensor>> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Map<String, Tensor> part = new HashMap<>();
            for (Map.Entry<String, List<Tensor>> output : made.entrySet()) {
                part.put(output.getKey(), output.getValue().get(i));
            }
            parts.add(Map.copyOf(part));
        }
        return parts;
    }

    /** Waits for what runs, then frees the model. */
    @Override
    public void close() {
        session.close();
    }
}
