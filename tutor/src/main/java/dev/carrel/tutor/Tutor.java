package dev.carrel.tutor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.Reply;
import dev.carrel.batch.BatchRecord;
import dev.carrel.context.Principal;
import dev.carrel.error.UnavailableException;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.Session;
import dev.carrel.tutor.answer.Answerer;
import dev.carrel.tutor.answer.Findings;
import dev.carrel.tutor.answer.Source;
import dev.carrel.tutor.docs.Document;
import dev.carrel.tutor.embed.MiniLm;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Progress;

/**
 * A teaching assistant for many learners at once: answers from shared documents and from the asker's own notes. The
 * application can be started before its model and index are there; {@link #open} brings them, and messages wait.
 * Thread-safe.
 */
public final class Tutor implements AutoCloseable {
    private static final int REMEMBERED = 6;

    private final CompletableFuture<Index> index = new CompletableFuture<>();
    private final CompletableFuture<Answerer> answerer = new CompletableFuture<>();
    private final Consumer<BatchRecord> observer;
    private final Notes notes = new Notes(index);
    private final App app;
    private volatile AutoCloseable opened = () -> {};
    private volatile IntSupplier waiting = () -> 0;

    /** A tutor that is not open yet. {@code observer} is told of each batch of questions. */
    public Tutor(Consumer<BatchRecord> observer) {
        this.observer = observer;
        this.app = notes.declare(Carrel.app("tutor").chat("tutor", this::answer));
    }

    /** The application, to be started. */
    public App app() {
        return app;
    }

    /**
     * Brings the model and the index of these documents; closes the model when the tutor is closed.
     *
     * @param dataFolder where the index is kept
     */
    public Index.Report open(MiniLm model, java.nio.file.Path dataFolder, List<Document> documents, Progress progress) {
        Index made = Index.open(dataFolder, documents, model, progress);
        var embedder = new BatchedEmbedder(model, observer);
        opened = () -> {
            embedder.close();
            model.close();
        };
        waiting = embedder::waiting;
        index.complete(made);
        answerer.complete(new Answerer(made, embedder));
        return made.report();
    }

    /** Whether it can answer. */
    public boolean ready() {
        return answerer.isDone();
    }

    /** How many questions wait for the model, beside those that it works on. */
    public int waiting() {
        return waiting.getAsInt();
    }

    private void answer(Message message, Reply reply) throws InterruptedException {
        Answerer answers = awaitOpen();
        Owner asker = Owner.of(Principal.current());
        notes.bring(index.join(), asker);
        List<String> before = Session.current().history(REMEMBERED).stream().map(turn -> turn.message().text())
                .toList();
        Findings findings = answers.find(message.text(), before, asker);
        var written = answers.written(findings);
        if (written.answered()) {
            reply.data("sources", written.sources().stream().map(Source::asMap).toList());
        }
        written.pieces().forEach(reply::text);
    }

    private Answerer awaitOpen() throws InterruptedException {
        try {
            return answerer.get();
        } catch (ExecutionException | CompletionException e) {
            throw new UnavailableException("The tutor could not open its documents.");
        }
    }

    @Override
    public void close() {
        try {
            opened.close();
        } catch (Exception e) {
            throw new IllegalStateException("the model was not closed", e);
        }
    }
}
