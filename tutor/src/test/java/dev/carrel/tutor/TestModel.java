package dev.carrel.tutor;

import java.nio.file.Path;

import dev.carrel.onnx.MiniLm;

/** The real model, loaded once for all tests of a run. */
public final class TestModel {
    private static final MiniLm MODEL = MiniLm.load(Path.of("target", "test-data"));

    private TestModel() {}

    public static MiniLm get() {
        return MODEL;
    }
}
