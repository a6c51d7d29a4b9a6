package dev.carrel.tutor.index;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.carrel.onnx.MiniLm;
import dev.carrel.session.Owner;
import dev.carrel.tutor.docs.Document;
import dev.carrel.tutor.docs.Passage;
import dev.carrel.tutor.docs.Passages;
import dev.carrel.tutor.embed.Embedder;
import dev.carrel.tutor.embed.Vector;

/**
 * Finds the passages that are nearest to a question: among the shared documents, and among the notes of whoever asks.
 *
 * {@snippet :
 * Index index = Index.open(dataFolder, contents.documents(), model, Progress.NONE);
 * index.putNote(Owner.of(alice), new Note("12", "My exam is on Monday."));
 * List<Hit> hits = index.search(query, Owner.of(alice), 5);
 * }
 *
 * <ul>
 * <li>The owner filter sits inside: a search reads the shared documents and the asker's own notes and has no way to reach
 * another's. How rare a word is, is counted in the shared documents only, so that nobody's notes move anybody's results.
 * <li>A note that {@link #removeNote} has returned for is in no later search, even if it was being added meanwhile.
 * <li>The documents' vectors are kept in the data folder; at the next start only documents whose text has changed are
 * embedded. Notes are kept by whoever owns them and added at each start.
 * </ul>
 *
 * Thread-safe: any number of searches run side by side and wait for nothing.
 */
public final class Index {
    private static final String IDENTITY = MiniLm.IDENTITY + "/passages-" + Passages.VERSION;

    private final Embedder embedder;
    private final Passages rules;
    private final Shelf documents;
    private final Shelf.Rarity rarity;
    private final Report report;
    private final Map<Owner, OwnNotes> notes = new ConcurrentHashMap<>();

    private Index(Embedder embedder, Passages rules, Shelf documents, Report report) {
        this.embedder = embedder;
        this.rules = rules;
        this.documents = documents;
        this.rarity = documents.rarity();
        this.report = report;
    }

    /**
     * What {@link #open} did.
     *
     * @param documents how many documents are searched
     * @param passages how many passages they have
     * @param embedded how many of those were embedded now; the others were in the file
     * @param notice what whoever started the program should know: the file was unusable and why, or could not be written
     */
    public record Report(int documents, int passages, int embedded, Optional<String> notice) {}

    /**
     * Opens the index of these documents, with what the file in the data folder already has.
     *
     * @param dataFolder the file is {@code index/documents.idx} in it; one that is damaged or of another version is made
     *        anew, and {@link Report#notice()} says so
     * @param progress is told how far the embedding is; not called if there is nothing to embed
     * @throws java.util.concurrent.CancellationException if the thread is interrupted meanwhile
     */
    public static Index open(Path dataFolder, List<Document> documents, MiniLm model, Progress progress) {
        IndexFile file = new IndexFile(dataFolder.resolve("index").resolve("documents.idx"), IDENTITY,
                MiniLm.DIMENSIONS);
        Passages rules = new Passages(model::count, MiniLm.MAX_TOKENS);
        @Nullable
        String notice = null;
        Map<String, List<IndexFile.Embedded>> kept = Map.of();
        try {
            kept = file.read();
        } catch (IndexFile.Unusable e) {
            notice = "the index is made anew: " + e.getMessage();
        }
        Map<String, List<Passage>> missing = new LinkedHashMap<>();
        for (Document document : documents) {
            String hash = document.hash();
            if (!kept.containsKey(hash)) {
                missing.computeIfAbsent(hash, _ -> rules.of(document));
            }
        }
        Map<String, List<IndexFile.Embedded>> all = new LinkedHashMap<>(kept);
        int embedded = embed(missing, all, new EmbeddingRun(model::embed, progress));
        Map<String, List<IndexFile.Embedded>> wanted = new LinkedHashMap<>();
        List<Shelf.Entry> entries = new ArrayList<>();
        for (Document document : documents) {
            List<IndexFile.Embedded> passages = all.getOrDefault(document.hash(), List.of());
            wanted.put(document.hash(), passages);
            passages.forEach(passage -> entries.add(Shelf.Entry.of(passage.passage().from(document.source()),
                    Hit.Kind.DOCUMENT, passage.vector())));
        }
        if (notice != null || !wanted.keySet().equals(kept.keySet())) {
            try {
                file.write(wanted);
            } catch (IOException e) {
                notice = "the index could not be kept for the next start: " + e.getMessage();
            }
        }
        return new Index(model::embed, rules, new Shelf(entries),
                new Report(documents.size(), entries.size(), embedded, Optional.ofNullable(notice)));
    }

    private static int embed(Map<String, List<Passage>> missing, Map<String, List<IndexFile.Embedded>> all,
            EmbeddingRun run) {
        List<Passage> passages = missing.values().stream().flatMap(List::stream).toList();
        float[][] vectors = passages.isEmpty() ? new float[0][] : run.embed(passages);
        int at = 0;
        for (Map.Entry<String, List<Passage>> document : missing.entrySet()) {
            List<IndexFile.Embedded> embedded = new ArrayList<>();
            for (Passage passage : document.getValue()) {
                embedded.add(new IndexFile.Embedded(passage, Vector.of(vectors[at++])));
            }
            all.put(document.getKey(), embedded);
        }
        return passages.size();
    }

    /** What {@link #open} did. */
    public Report report() {
        return report;
    }

    /** The rules by which documents and notes were split. */
    public Passages rules() {
        return rules;
    }

    /** How rare a word is in the documents, as a weight: 0 in all passages, higher the fewer have it. */
    public double rarity(String term) {
        return rarity.of(term);
    }

    /** Whether the word, or one with the same beginning, is in a document or in one of the asker's own notes. */
    public boolean knows(String term, Owner asker) {
        return rarity.passagesWith().containsKey(term) || rarity.passagesWith().containsKey(Terms.root(term))
                || notesOf(asker).entries().stream().anyMatch(
                        entry -> entry.terms().contains(term) || entry.terms().contains(Terms.root(term)));
    }

    /**
     * The {@code k} best passages of the shared documents and of the asker's own notes, best first.
     *
     * @param asker whose notes may be found; there is no way to ask for all
     */
    public List<Hit> search(Query query, Owner asker, int k) {
        PriorityQueue<Hit> best = new PriorityQueue<>(Comparator.comparingDouble(Hit::score));
        documents.search(query, rarity, best, k);
        notesOf(asker).search(query, rarity, best, k);
        return best.stream().sorted(Comparator.comparingDouble(Hit::score).reversed()).toList();
    }

    /** As {@link #search(Query, Owner, int)}, by meaning alone. */
    public List<Hit> search(Vector vector, Owner asker, int k) {
        return search(new Query(vector, Map.of()), asker, k);
    }

    private Shelf notesOf(Owner owner) {
        OwnNotes own = notes.get(owner);
        return own == null ? Shelf.EMPTY : own.shelf();
    }

    /**
     * Adds an owner's note, or puts another text in the place of one with the same id; found from the moment this returns.
     * A long note becomes several passages.
     */
    public void putNote(Owner owner, Note note) {
        putNotes(owner, () -> List.of(note));
    }

    /**
     * Has all of an owner's notes here: {@code stored} reads them, unless that was done before. Whoever comes while another
     * thread reads them waits for it; if that fails, the next one reads.
     */
    public void bringNotes(Owner owner, Supplier<List<Note>> stored) {
        OwnNotes own = notes.computeIfAbsent(owner, _ -> new OwnNotes());
        own.bring(() -> put(own, stored));
    }

    /**
     * Adds the notes that {@code stored} reads. A note that is removed after {@code stored} was called stays removed,
     * although it was read.
     */
    public void putNotes(Owner owner, Supplier<List<Note>> stored) {
        put(notes.computeIfAbsent(owner, _ -> new OwnNotes()), stored);
    }

    private void put(OwnNotes own, Supplier<List<Note>> stored) {
        own.beginAddition();
        try {
            List<Passage> passages = stored.get().stream()
                    .flatMap(note -> rules.ofNote(note.id(), note.text()).stream())
                    .toList();
            List<Shelf.Entry> entries = new ArrayList<>();
            for (Passage passage : passages) {
                float[][] vector = embedder.embed(List.of(passage.embedded()));
                entries.add(Shelf.Entry.of(passage, Hit.Kind.NOTE, Vector.of(vector[0])));
            }
            own.add(entries);
        } finally {
            own.endAddition();
        }
    }

    /**
     * Removes an owner's note: it is in no search that begins after this returns. Returns whether it was there; another
     * owner's note with the same id is another note.
     */
    public boolean removeNote(Owner owner, String id) {
        OwnNotes own = notes.get(owner);
        return own != null && own.remove(id);
    }

    /** Whether {@link #bringNotes}, {@link #putNotes} or {@link #putNote} was called for this owner. */
    public boolean hasNotesOf(Owner owner) {
        return notes.containsKey(owner);
    }

    /** Forgets all of an owner's notes, such as after a long time without a question. */
    public void forget(Owner owner) {
        notes.remove(owner);
    }
}
