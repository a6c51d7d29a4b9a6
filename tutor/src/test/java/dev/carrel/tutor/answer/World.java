package dev.carrel.tutor.answer;

import java.nio.file.Path;

import dev.carrel.tutor.TestModel;
import dev.carrel.tutor.docs.DocumentFolder;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Progress;

/** A folder of test documents, indexed. */
record World(Index index, Answerer answerer) {
    static World of(String name) {
        Index index = Index.open(Path.of("target", "test-data", name),
                DocumentFolder.of(Path.of("src/test/resources", name)).read().documents(), TestModel.get(),
                Progress.NONE);
        return new World(index, new Answerer(index, TestModel.get()::embed));
    }
}
