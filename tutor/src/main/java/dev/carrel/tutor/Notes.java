package dev.carrel.tutor;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.App;
import dev.carrel.app.JsonInput;
import dev.carrel.context.Principal;
import dev.carrel.error.AccessException;
import dev.carrel.error.ConflictException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.error.NotFoundException;
import dev.carrel.session.ListKey;
import dev.carrel.session.Owner;
import dev.carrel.session.Scope;
import dev.carrel.session.Session;
import dev.carrel.session.State;
import dev.carrel.tutor.docs.Passages;
import dev.carrel.tutor.index.Index;
import dev.carrel.tutor.index.Note;

/**
 * Learners' private notes: kept as the user's own data, and in the index under their owner. The index follows the store:
 * it takes a note up once it is written, and reads an owner's notes at their first question. Thread-safe.
 */
final class Notes {
    private static final int MOST = 500;
    private static final ListKey<Text> NOTES = ListKey.of(Scope.USER, "notes", Text.class);

    private final CompletableFuture<Index> index;

    Notes(CompletableFuture<Index> index) {
        this.index = index;
    }

    /** A note as it is stored. */
    record Text(String text) {}

    /** A note as it is shown. */
    record Shown(String id, String text, String at) {
        static Shown of(State.Entry<Text> entry) {
            return new Shown(entry.id(), entry.value().text(), entry.at().toString());
        }
    }

    /** All notes, as they are shown. */
    record AllShown(List<Shown> notes) {}

    record Nothing() {}

    record Add(@Nullable String text) {}

    record Delete(@Nullable String id) {}

    record Deleted(boolean deleted) {}

    App declare(App app) {
        return app.state(NOTES).function("notes.list", this::list).function("notes.add", this::add).function(
                "notes.delete",
                this::delete);
    }

    private static Owner learner() {
        Principal who = Principal.current();
        if (who.anonymous()) {
            throw AccessException.unauthenticated("Sign in to keep notes.");
        }
        return Owner.of(who);
    }

    private AllShown list(JsonInput input) {
        input.as(Nothing.class);
        learner();
        return new AllShown(State.current().list(NOTES).stream().map(Shown::of).toList());
    }

    private Shown add(JsonInput input) {
        String text = input.as(Add.class).text();
        Owner owner = learner();
        if (text == null || text.isBlank()) {
            throw InvalidInputException.field("text", "must not be empty");
        }
        if (text.length() > Passages.MAX_CHARACTERS) {
            throw InvalidInputException.tooLarge("text",
                    "must not be longer than " + Passages.MAX_CHARACTERS + " characters");
        }
        State mine = State.current();
        if (mine.list(NOTES).size() >= MOST) {
            throw new ConflictException("There is room for " + MOST + " notes; delete one first.");
        }
        State.Entry<Text> entry = mine.append(NOTES, new Text(text));
        // An owner whose notes were never read is left alone: all of them are read at the first question.
        Session.current().afterCommit(() -> ifReady(ready -> {
            if (ready.hasNotesOf(owner)) {
                ready.putNote(owner, new Note(entry.id(), text));
            }
        }));
        return Shown.of(entry);
    }

    private Deleted delete(JsonInput input) {
        String id = input.as(Delete.class).id();
        Owner owner = learner();
        if (id == null || !State.current().remove(NOTES, id)) {
            throw new NotFoundException("There is no such note.");
        }
        Session.current().afterCommit(() -> ifReady(ready -> ready.removeNote(owner, id)));
        return new Deleted(true);
    }

    private void ifReady(java.util.function.Consumer<Index> action) {
        if (index.isDone() && !index.isCompletedExceptionally()) {
            action.accept(index.join());
        }
    }

    /** Has the asker's notes in the index, read from the store if they are not there yet. */
    void bring(Index into, Owner asker) {
        if (Principal.current().anonymous()) {
            return; // a visitor has none, and there is no end of visitors
        }
        State mine = State.current();
        into.bringNotes(asker, () -> mine.list(NOTES).stream()
                .map(entry -> new Note(entry.id(), entry.value().text())).toList());
    }
}
