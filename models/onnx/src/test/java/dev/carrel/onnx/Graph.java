package dev.carrel.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Writes small ONNX files: as much of protocol buffers, and of {@code onnx.proto}, as the tests' models need. */
final class Graph {
    /** The numbers of {@code onnx.proto} for types of elements. */
    static final int FLOAT = 1;
    static final int INT32 = 6;
    static final int INT64 = 7;
    static final int BOOL = 9;

    private final Message graph = new Message();

    Graph(String name) {
        graph.text(2, name);
    }

    /** A message of protocol buffers. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message bytes(int field, byte[] value) {
            varint(((long) field << 3) | 2);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        Message message(int field, Consumer<Message> content) {
            var inner = new Message();
            content.accept(inner);
            return bytes(field, inner.bytes.toByteArray());
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
    }

    /** A dimension is a number, or free if it has a name. */
    Graph input(String name, int type, Object... shape) {
        graph.message(11, value -> value(value, name, type, shape));
        return this;
    }

    Graph output(String name, int type, Object... shape) {
        graph.message(12, value -> value(value, name, type, shape));
        return this;
    }

    private static void value(Message value, String name, int type, Object... shape) {
        value.text(1, name).message(2, of -> of.message(1, tensor -> tensor.number(1, type).message(2, all -> {
            for (Object dimension : shape) {
                all.message(1, one -> {
                    if (dimension instanceof Integer number) {
                        one.number(1, number);
                    } else {
                        one.text(2, dimension.toString());
                    }
                });
            }
        })));
    }

    /** A matrix of the model's own. */
    Graph weights(String name, int rows, int columns, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        graph.message(5, tensor -> tensor.number(1, rows).number(1, columns).number(2, FLOAT).text(8, name).bytes(9,
                raw.array()));
        return this;
    }

    Graph node(String type, List<String> inputs, List<String> outputs) {
        graph.message(1, node -> node(node, type, inputs, outputs));
        return this;
    }

    /** A node with a number to say how. */
    Graph node(String type, List<String> inputs, List<String> outputs, String attribute, long value) {
        graph.message(1, node -> node(node, type, inputs, outputs).message(5,
                how -> how.text(1, attribute).number(3, value).number(20, 2)));
        return this;
    }

    /** A node with a graph of its own, under the name {@code body}. */
    Graph node(String type, List<String> inputs, List<String> outputs, Graph body) {
        graph.message(1, node -> node(node, type, inputs, outputs).message(5,
                how -> how.text(1, "body").bytes(6, body.graph.bytes.toByteArray()).number(20, 5)));
        return this;
    }

    private static Message node(Message node, String type, List<String> inputs, List<String> outputs) {
        inputs.forEach(input -> node.text(1, input));
        outputs.forEach(output -> node.text(2, output));
        return node.text(4, type);
    }

    /** Writes it as a model into the folder. */
    Path in(Path folder, String name) {
        byte[] model = new Message().number(1, 8).text(2, "carrel").bytes(7, graph.bytes.toByteArray())
                .message(8, set -> set.number(2, 17)).bytes.toByteArray();
        try {
            return Files.write(folder.resolve(name), model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
