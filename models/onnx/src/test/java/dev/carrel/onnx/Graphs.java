package dev.carrel.onnx;

import java.nio.file.Path;
import java.util.List;

import static dev.carrel.onnx.Graph.BOOL;
import static dev.carrel.onnx.Graph.FLOAT;
import static dev.carrel.onnx.Graph.INT32;
import static dev.carrel.onnx.Graph.INT64;

/** The models of the tests. "n" is the batch's axis. */
final class Graphs {
    private Graphs() {}

    /** y = x * x, for rows of any length. */
    static Path squares(Path folder) {
        return new Graph("squares").input("x", FLOAT, "n", "length").output("y", FLOAT, "n", "length")
                .node("Mul", List.of("x", "x"), List.of("y")).in(folder, "squares.onnx");
    }

    /** y = x W, with W = (1 2; 3 4; 5 6). */
    static Path product(Path folder) {
        return new Graph("product").input("x", FLOAT, "n", 3).output("y", FLOAT, "n", 2)
                .weights("w", 3, 2, 1, 2, 3, 4, 5, 6).node("MatMul", List.of("x", "w"), List.of("y"))
                .in(folder, "product.onnx");
    }

    /** Three inputs, each of another type, and of each twice as much. */
    static Path doubles(Path folder) {
        return new Graph("doubles").input("f", FLOAT, "n").input("l", INT64, "n", 2).input("i", INT32, "n", 2, 2)
                .output("ff", FLOAT, "n").output("ll", INT64, "n", 2).output("ii", INT32, "n", 2, 2)
                .node("Add", List.of("f", "f"), List.of("ff")).node("Add", List.of("l", "l"), List.of("ll"))
                .node("Add", List.of("i", "i"), List.of("ii")).in(folder, "doubles.onnx");
    }

    /** What comes out has the batch as its second axis. */
    static Path turned(Path folder) {
        return new Graph("turned").input("x", FLOAT, "n", "m").output("y", FLOAT, "m", "n")
                .node("Transpose", List.of("x"), List.of("y")).in(folder, "turned.onnx");
    }

    /** One number comes out for the whole batch. */
    static Path sum(Path folder) {
        return new Graph("sum").input("x", FLOAT, "n", 3).output("y", FLOAT)
                .node("ReduceSum", List.of("x"), List.of("y"), "keepdims", 0).in(folder, "sum.onnx");
    }

    /** Squares each number as often as the greatest of the batch says, which may be for ever. */
    static Path rounds(Path folder) {
        Graph body = new Graph("round").input("i", INT64).input("on", BOOL).input("v", INT64, "n")
                .output("still", BOOL).output("w", INT64, "n").node("Identity", List.of("on"), List.of("still"))
                .node("Mul", List.of("v", "v"), List.of("w"));
        return new Graph("rounds").input("x", INT64, "n").output("y", INT64, "n")
                .node("ReduceMax", List.of("x"), List.of("greatest"), "keepdims", 0)
                .node("Loop", List.of("greatest", "", "x"), List.of("y"), body).in(folder, "rounds.onnx");
    }
}
