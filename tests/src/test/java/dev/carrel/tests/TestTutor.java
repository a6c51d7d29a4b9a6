package dev.carrel.tests;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import dev.carrel.app.App;
import dev.carrel.batch.BatchRecord;
import dev.carrel.batch.Tokens;
import dev.carrel.onnx.MiniLm;
import dev.carrel.server.CarrelServer;
import dev.carrel.server.ServerSettings;
import dev.carrel.server.StoreSettings;
import dev.carrel.store.jdbc.Durability;
import dev.carrel.time.TimeSource;
import dev.carrel.tutor.Tutor;
import dev.carrel.tutor.docs.DocumentFolder;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Progress;
import dev.carrel.web.UserDirectory;

/** The tutor on a free port, with its real model and store, started as {@code carrel tutor} starts it. */
final class TestTutor implements AutoCloseable {
    /** A small college's documents; they are those of the tutor's own tests. */
    static final Path SCHOOL = Path.of("..", "tutor", "src", "test", "resources", "school");

    private static final Path MODEL = Path.of("target", "model");
    private static final Path INDEX = Path.of("target", "documents.idx");

    private final Tutor tutor;
    private final CarrelServer server;
    private final Index.Report report;

    private TestTutor(Tutor tutor, CarrelServer server, Index.Report report) {
        this.tutor = tutor;
        this.server = server;
        this.report = report;
    }

    static TestTutor start(Path data, UserDirectory users) {
        return start(data, users, batch -> {});
    }

    static TestTutor start(Path data, UserDirectory users, Consumer<BatchRecord> observer) {
        // What is quicker on this machine does not matter here, and takes a second to find out.
        var tutor = new Tutor(batches -> batches.maxCost(128, Tokens::count).warmUp(List.of()).observer(observer));
        ServerSettings settings = settings(data, users).withReady(tutor::ready);
        CarrelServer.prepare(settings);
        CarrelServer server = CarrelServer.start(tutor.app(), CarrelServer.keys(settings), settings);
        return new TestTutor(tutor, server, tutor.open(MiniLm.load(MODEL), data, DocumentFolder.of(SCHOOL).read()
                .documents(), Progress.NONE));
    }

    /** As {@link #start(Path, UserDirectory)}, with the documents' index made by an earlier start, which saves seconds. */
    static TestTutor startWarm(Path data, UserDirectory users, Consumer<BatchRecord> observer) throws IOException {
        Path made = data.resolve("index").resolve("documents.idx");
        synchronized (TestTutor.class) {
            if (!Files.exists(made) && Files.exists(INDEX)) {
                Files.createDirectories(Objects.requireNonNull(made.getParent()));
                Files.copy(INDEX, made);
            }
        }
        TestTutor tutor = start(data, users, observer);
        synchronized (TestTutor.class) {
            if (!Files.exists(INDEX)) {
                Files.copy(made, INDEX);
            }
        }
        return tutor;
    }

    static TestTutor startWarm(Path data, UserDirectory users) throws IOException {
        return startWarm(data, users, batch -> {});
    }

    /** Another application on the same kind of server. */
    static CarrelServer serve(App app, Path data, UserDirectory users) {
        return CarrelServer.start(app, settings(data, users));
    }

    private static ServerSettings settings(Path data, UserDirectory users) {
        return new ServerSettings("127.0.0.1", 0, Set.of(), data, data.resolve("keys"),
                StoreSettings.parse("sqlite", Durability.NORMAL),
                Duration.ofSeconds(15), Duration.ofSeconds(2), users, () -> true,
                TimeSource.system());
    }

    URI uri() {
        return server.uri();
    }

    /** How many questions wait for the model. */
    int waiting() {
        return tutor.waiting();
    }

    /** What opening the documents took. */
    Index.Report report() {
        return report;
    }

    @Override
    public void close() {
        server.close();
        tutor.close();
    }
}
