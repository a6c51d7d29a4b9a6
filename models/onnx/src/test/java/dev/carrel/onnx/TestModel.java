package dev.carrel.onnx;

import java.nio.file.Path;

/** The real model, loaded once for all tests of a run. */
final class TestModel {
    private static final MiniLm MODEL = MiniLm.load(Path.of("target", "test-data"));

    private TestModel() {}

    static MiniLm get() {
        return MODEL;
    }
}
