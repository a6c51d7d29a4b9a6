package dev.carrel.tutor.index;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.context.Authority;
import dev.carrel.context.Cancellation;
import dev.carrel.context.Context;
import dev.carrel.onnx.MiniLm;
import dev.carrel.session.Owner;
import dev.carrel.tutor.TestModel;
import dev.carrel.tutor.docs.Document;
import dev.carrel.tutor.embed.Vector;

import static org.assertj.core.api.Assertions.assertThat;

class IndexTest {
    private static final Owner ALICE = new Owner("school", "alice");
    private static final Owner BOB = new Owner("school", "bob");
    private static final List<Document> DOCUMENTS = List.of(
            new Document("exams.md", "# Exams\n\n## Chemistry\nOn 12 June in hall B.\n\n## Physics\nOn 14 June.\n"),
            new Document("library.md", "# Library\nThe library opens at eight in the morning.\n"));

    @TempDir
    Path data;
    private final MiniLm model = TestModel.get();

    @Test
    void the_nearest_passage_comes_first() {
        Index index = open(DOCUMENTS);

        assertThat(search(index, "What day is the chemistry test?", ALICE).getFirst().passage().heading())
                .isEqualTo("Exams › Chemistry");
        assertThat(search(index, "When can I go in to borrow books?", ALICE).getFirst().passage().source())
                .isEqualTo("library.md");
        assertThat(search(index, "anything", ALICE)).hasSize(3);
        assertThat(index.search(vector("anything"), ALICE, 1)).hasSize(1);
    }

    @Test
    void a_search_finds_the_askers_own_notes_and_nobody_elses() {
        Index index = open(DOCUMENTS);
        index.putNote(ALICE, new Note("1", "My exam is on Monday."));
        index.putNote(BOB, new Note("1", "My exam is on Friday."));

        assertThat(notes(index, "When is my exam?", ALICE)).containsExactly("My exam is on Monday.");
        assertThat(notes(index, "When is my exam?", BOB)).containsExactly("My exam is on Friday.");
        assertThat(notes(index, "When is my exam?", new Owner("school", "carol"))).isEmpty();
        assertThat(notes(index, "When is my exam?", new Owner("other school", "alice"))).isEmpty();
    }

    @Test
    void the_owner_is_the_principals_tenant_and_user_and_no_name_or_role() {
        Authority authority = Authority.named("test");

        assertThat(Owner.of(authority.user("t", "u", "Some Name", Set.of("teacher"))))
                .isEqualTo(new Owner("t", "u"));
    }

    @Test
    void anothers_notes_move_neither_the_order_nor_the_scores() {
        Index index = open(DOCUMENTS);
        Query query = new Query(vector("chemistry exam in hall B"), Map.of("chemistry", 1.0, "hall", 1.0));
        List<Hit> before = index.search(query, ALICE, 5);

        for (int i = 0; i < 20; i++) {
            index.putNote(BOB, new Note("" + i, "chemistry exam in hall B " + i));
        }

        assertThat(index.search(query, ALICE, 5)).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void a_removed_note_is_gone_at_once_and_only_its_owners() {
        Index index = open(DOCUMENTS);
        index.putNote(ALICE, new Note("1", "My exam is on Monday."));
        index.putNote(BOB, new Note("1", "My exam is on Friday."));

        assertThat(index.removeNote(ALICE, "1")).isTrue();

        assertThat(notes(index, "When is my exam?", ALICE)).isEmpty();
        assertThat(notes(index, "When is my exam?", BOB)).hasSize(1);
        assertThat(index.removeNote(ALICE, "1")).isFalse();
    }

    @Test
    void a_note_with_the_same_id_takes_the_place_of_the_old_one() {
        Index index = open(DOCUMENTS);
        index.putNote(ALICE, new Note("1", "My exam is on Monday."));
        index.putNote(ALICE, new Note("1", "My exam is on Tuesday."));

        assertThat(notes(index, "When is my exam?", ALICE)).containsExactly("My exam is on Tuesday.");
    }

    @Test
    void a_note_that_is_removed_while_it_is_being_read_never_appears() {
        Index index = open(DOCUMENTS);

        index.putNotes(ALICE, () -> {
            index.removeNote(ALICE, "1"); // between the read from the store and the end of the addition
            return List.of(new Note("1", "My exam is on Monday."), new Note("2", "My locker is 117."));
        });

        assertThat(notes(index, "When is my exam?", ALICE)).containsExactly("My locker is 117.");
        index.putNote(ALICE, new Note("3", "My exam is on Friday."));
        assertThat(notes(index, "When is my exam?", ALICE)).hasSize(2);
    }

    @Test
    void a_note_is_found_although_its_owner_has_left_while_it_was_added() {
        Index index = open(DOCUMENTS);
        var left = Cancellation.source();
        left.cancel("The page was closed.");
        Thread.currentThread().interrupt();

        left.bind(Context.root()).run(() -> index.putNote(ALICE, new Note("1", "My exam is on Monday.")));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(notes(index, "When is my exam?", ALICE)).containsExactly("My exam is on Monday.");
    }

    @Test
    void a_long_note_is_several_passages_and_goes_as_one() {
        Index index = open(DOCUMENTS);
        index.putNote(ALICE, new Note("1", "The exam has many parts. ".repeat(120)));
        assertThat(notes(index, "exam", ALICE)).hasSizeGreaterThan(2);

        index.removeNote(ALICE, "1");

        assertThat(notes(index, "exam", ALICE)).isEmpty();
    }

    @Test
    void owners_who_add_search_and_remove_at_once_never_meet() throws Exception {
        Index index = open(DOCUMENTS);
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> owners = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Owner owner = new Owner("school", "user" + i);
                owners.add(threads.submit(() -> {
                    start.await();
                    int foreign = 0;
                    for (int round = 0; round < 10; round++) {
                        String text = "secret of " + owner.user() + " in round " + round;
                        index.putNote(owner, new Note("" + round, text));
                        List<String> found = notes(index, "secret in round " + round, owner);
                        foreign += (int) found.stream().filter(note -> !note.contains(owner.user() + " ")).count();
                        assertThat(found).contains(text);
                        index.removeNote(owner, "" + round);
                        assertThat(notes(index, text, owner)).doesNotContain(text);
                    }
                    return foreign;
                }));
            }
            start.countDown();
            for (Future<Integer> owner : owners) {
                assertThat(owner.get()).isZero();
            }
        }
    }

    @Test
    void the_second_start_embeds_nothing_and_finds_the_same() {
        Index first = open(DOCUMENTS);
        List<String> steps = new ArrayList<>();

        Index second = Index.open(data, DOCUMENTS, model, (done, total) -> steps.add(done + "/" + total));

        assertThat(first.report()).isEqualTo(new Index.Report(2, 3, 3, Optional.empty()));
        assertThat(second.report()).isEqualTo(new Index.Report(2, 3, 0, Optional.empty()));
        assertThat(steps).isEmpty();
        assertThat(search(second, "chemistry", ALICE)).usingRecursiveComparison()
                .isEqualTo(search(first, "chemistry", ALICE));
    }

    @Test
    void only_documents_whose_text_changed_are_embedded_and_progress_is_told() {
        open(DOCUMENTS);
        List<String> steps = new ArrayList<>();

        Index index = Index.open(data, List.of(new Document("moved/exams.md", DOCUMENTS.get(0).text()),
                new Document("library.md", "# Library\nThe library is closed.\n")), model,
                (done, total) -> steps.add(done + "/" + total));

        assertThat(index.report().embedded()).isEqualTo(1);
        assertThat(steps).containsExactly("0/1", "1/1");
        assertThat(search(index, "chemistry", ALICE).getFirst().passage().source()).isEqualTo("moved/exams.md");
        assertThat(search(index, "library opens at eight", ALICE))
                .noneMatch(hit -> hit.passage().text().contains("eight"));
    }

    @Test
    void an_index_file_that_is_damaged_cut_foreign_or_newer_is_made_anew_and_said() throws IOException {
        open(DOCUMENTS);
        byte[] good = Files.readAllBytes(file());
        byte[] flipped = good.clone();
        flipped[good.length / 2] ^= 1;
        byte[] newer = good.clone();
        newer[11] = 99;

        assertThat(rebuilt(flipped)).contains("the index is made anew: it is damaged");
        assertThat(rebuilt(Arrays.copyOf(good, good.length - 5))).contains("the index is made anew: it is damaged");
        assertThat(rebuilt(new byte[0])).contains("the index is made anew: it is not an index");
        assertThat(rebuilt("hello, this is some text".getBytes(StandardCharsets.UTF_8)))
                .contains("the index is made anew: it is not an index");
        assertThat(rebuilt(newer)).contains("the index is made anew: it has format 99, this version reads 1");
        assertThat(rebuilt(good)).isEmpty();
        try (Stream<Path> left = Files.list(file().getParent())) {
            assertThat(left).containsExactly(file());
        }
    }

    private Optional<String> rebuilt(byte[] file) throws IOException {
        Files.write(file(), file);
        Index index = open(DOCUMENTS);
        assertThat(index.report().passages()).isEqualTo(3);
        return index.report().notice();
    }

    private Path file() {
        return data.resolve("index/documents.idx");
    }

    private Index open(List<Document> documents) {
        return Index.open(data, documents, model, Progress.NONE);
    }

    private Vector vector(String text) {
        return Vector.of(model.embed(List.of(text))[0]);
    }

    private List<Hit> search(Index index, String text, Owner asker) {
        return index.search(vector(text), asker, 10);
    }

    private List<String> notes(Index index, String text, Owner asker) {
        return search(index, text, asker).stream().filter(hit -> hit.kind() == Hit.Kind.NOTE)
                .map(hit -> hit.passage().text()).toList();
    }
}
