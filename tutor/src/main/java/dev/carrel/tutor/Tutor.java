package dev.carrel.tutor;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.Reply;
import dev.carrel.batch.BatcherBuilder;
import dev.carrel.batch.Tokens;
import dev.carrel.context.Principal;
import dev.carrel.error.UnavailableException;
import dev.carrel.onnx.MiniLm;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.Session;
import dev.carrel.session.Turn;
import dev.carrel.tutor.answer.Answer;
import dev.carrel.tutor.answer.Answerer;
import dev.carrel.tutor.answer.Findings;
import dev.carrel.tutor.answer.Source;
import dev.carrel.tutor.docs.Document;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Progress;
import dev.carrel.tutor.model.Exchange;
import dev.carrel.tutor.model.ModelException;
import dev.carrel.tutor.model.ModelWriter;

/**
 * A teaching assistant for many learners at once: answers from shared documents and from the asker's own notes. The
 * application can be started before its model and index are there; {@link #open} brings them, and messages wait.
 * Thread-safe.
 */
public final class Tutor implements AutoCloseable {
    private static final int REMEMBERED = 6;

    private final CompletableFuture<Index> index = new CompletableFuture<>();
    private final CompletableFuture<Answerer> answerer = new CompletableFuture<>();
    private final Consumer<? super BatcherBuilder<Tokens, float[]>> batches;
    private final Optional<ModelWriter> writer;
    private final Notes notes = new Notes(index);
    private final App app;
    private volatile AutoCloseable opened = () -> {};
    private volatile IntSupplier waiting = () -> 0;

    /** As {@link #Tutor(Optional, Consumer)}, without a model that writes: the passages are quoted. */
    public Tutor(Consumer<? super BatcherBuilder<Tokens, float[]>> batches) {
        this(Optional.empty(), batches);
    }

    /**
     * A tutor that is not open yet.
     *
     * @param writer the model that writes the answers from the passages; without one they are quoted. Closed with the
     *        tutor.
     * @param batches sets what there is to set for the batches in which questions run; how many tokens may run together is
     *        measured when the tutor is opened, unless {@link BatcherBuilder#maxCost} is set here
     */
    public Tutor(Optional<ModelWriter> writer, Consumer<? super BatcherBuilder<Tokens, float[]>> batches) {
        this.writer = writer;
        this.batches = batches;
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
        var embedder = new BatchedEmbedder(model, batches);
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
        List<Turn> before = Session.current().history(REMEMBERED);
        Findings findings = answers.find(message.text(), before.stream().map(turn -> turn.message().text()).toList(),
                asker);
        Answer quoted = answers.written(findings);
        if (quoted.answered()) {
            reply.data("sources", quoted.sources().stream().map(Source::asMap).toList());
        }
        if (!quoted.answered() || writer.isEmpty() || !write(writer.get(), findings, before, reply)) {
            quoted.pieces().forEach(reply::text);
        }
    }

    /** Has the model write; if it fails, says so, and false: the passages themselves must do. */
    private static boolean write(ModelWriter model, Findings findings, List<Turn> before, Reply reply) {
        var begun = new AtomicBoolean();
        try {
            model.write(findings,
                    before.stream().map(turn -> new Exchange(turn.message().text(), turn.answer().text())).toList(),
                    piece -> {
                        begun.set(true);
                        reply.text(piece);
                    });
            return true;
        } catch (ModelException e) {
            reply.data("notice", Map.of("text", e.getMessage() + " These are the passages themselves."));
            if (begun.get()) {
                reply.text(" …\n\n---\n\n");
            }
            return false;
        }
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
        writer.ifPresent(ModelWriter::close);
        try {
            opened.close();
        } catch (Exception e) {
            throw new IllegalStateException("the model was not closed", e);
        }
    }
}
