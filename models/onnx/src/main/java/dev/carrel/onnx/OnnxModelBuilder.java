package dev.carrel.onnx;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;

/** What is declared of an ONNX file before it is opened. Not thread-safe. */
public final class OnnxModelBuilder {
    private final Path file;
    private final Map<String, Declared> inputs = new LinkedHashMap<>();
    private final Set<String> outputs = new LinkedHashSet<>();
    private int threads = 1;

    OnnxModelBuilder(Path file) {
        this.file = Objects.requireNonNull(file, "file");
    }

    /**
     * An input of the file.
     *
     * @param shape that of one item, without the first axis, which is the batch's; -1 for an axis of any length. Narrower than
     *        in the file, if you like
     */
    public OnnxModelBuilder input(String name, Tensor.Type type, long... shape) {
        for (long axis : shape) {
            if (axis < 1 && axis != Declared.FREE) {
                throw new IllegalArgumentException("the shape of input \"" + name + "\" has an axis of " + axis
                        + "; it is at least 1, or -1 for any");
            }
        }
        var declared = new Declared(Objects.requireNonNull(name, "name"), Objects.requireNonNull(type, "type"),
                Arrays.stream(shape).boxed().toList());
        if (inputs.put(name, declared) != null) {
            throw new IllegalArgumentException("input \"" + name + "\" is declared twice");
        }
        return this;
    }

    /** An output of the file; its first axis is the batch's. Those that are not named are not computed for you. */
    public OnnxModelBuilder output(String name) {
        outputs.add(Objects.requireNonNull(name, "name"));
        return this;
    }

    /** How many threads of the CPU each run uses; 1 unless set: lower latency for one caller, less for many. */
    public OnnxModelBuilder threads(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("threads must be at least 1, not " + count);
        }
        threads = count;
        return this;
    }

    /**
     * Loads the file, and looks whether it has what was declared.
     *
     * @throws UncheckedIOException if there is no such file
     * @throws IllegalArgumentException if it is none that ONNX Runtime can run, or has not what was declared, or wants more
     *         inputs; says what is declared and what the file has
     */
    public OnnxModel open() {
        if (inputs.isEmpty() || outputs.isEmpty()) {
            throw new IllegalArgumentException("declare at least one input and one output of " + file.getFileName());
        }
        if (!Files.isRegularFile(file)) {
            throw new UncheckedIOException(new NoSuchFileException(file.toString()));
        }
        OnnxSession session = load();
        try {
            List<String> differences = differences(session.inputs(), session.outputs());
            if (!differences.isEmpty()) {
                throw new IllegalArgumentException(file.getFileName() + " is not as it was declared:\n  "
                        + String.join("\n  ", differences));
            }
            return new OnnxModel(session, inputs, outputs);
        } catch (OrtException | RuntimeException e) {
            session.close();
            throw e instanceof RuntimeException known ? known : unusable(e);
        }
    }

    private OnnxSession load() {
        try {
            return OnnxSession.load(file, threads);
        } catch (OrtException e) {
            throw unusable(e);
        }
    }

    private IllegalArgumentException unusable(Exception e) {
        return new IllegalArgumentException(file.getFileName() + " cannot be run: " + e.getMessage(), e);
    }

    private List<String> differences(Map<String, NodeInfo> fileInputs, Map<String, NodeInfo> fileOutputs) {
        List<String> differences = new ArrayList<>();
        for (Declared input : inputs.values()) {
            NodeInfo found = fileInputs.get(input.name());
            if (found == null || !input.fits(found)) {
                differences.add("input \"%s\": declared %s (the first axis is the batch's), the file has %s".formatted(
                        input.name(), input, found == null ? "only " + fileInputs.keySet() : Declared.text(found)));
            }
        }
        for (NodeInfo found : fileInputs.values()) {
            if (!inputs.containsKey(found.getName())) {
                differences.add("input \"%s\": not declared, the file has %s".formatted(found.getName(),
                        Declared.text(found)));
            }
        }
        for (String output : outputs) {
            NodeInfo found = fileOutputs.get(output);
            if (found == null) {
                differences.add("output \"%s\": declared, the file has only %s".formatted(output,
                        fileOutputs.keySet()));
            } else if (!stacked(found)) {
                differences.add("output \"%s\": to be one part per item, of a type of Tensor; the file has %s"
                        .formatted(output, Declared.text(found)));
            }
        }
        return differences;
    }

    /** Whether it may come out stacked; that of which the file says no shape is looked at when it runs. */
    private static boolean stacked(NodeInfo output) {
        if (!(output.getInfo() instanceof TensorInfo tensor) || Declared.type(tensor).isEmpty()) {
            return false;
        }
        long[] shape = tensor.getShape();
        return shape.length == 0 || shape[0] == Declared.FREE;
    }
}
