package dev.carrel.tutor.docs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

class DocumentFolderTest {
    @TempDir
    Path folder;

    @Test
    void markdown_and_text_are_read_at_any_depth_and_in_one_order() throws IOException {
        write("b.md", "B");
        write("a/c.txt", "\uFEFFC");
        write("a/x.java", "class X");
        write("empty.md", " \n");

        assertThat(DocumentFolder.of(folder).read()).isEqualTo(
                new DocumentFolder.Contents(List.of(new Document("a/c.txt", "C"), new Document("b.md", "B")),
                        List.of()));
    }

    @Test
    void hidden_and_built_things_are_not_looked_into() throws IOException {
        write("a.md", "A");
        write(".git/b.md", "B");
        write("target/c.md", "C");
        write("web/node_modules/d.md", "D");
        write(".e.md", "E");

        assertThat(sources(DocumentFolder.of(folder))).containsExactly("a.md");
    }

    @Test
    void what_cannot_be_read_as_text_is_left_out_and_named() throws IOException {
        write("a.md", "A");
        Files.write(folder.resolve("latin.txt"), "Prüfung".getBytes(StandardCharsets.ISO_8859_1));
        Files.write(folder.resolve("binary.md"), new byte[]{1, 0, 2});
        Files.write(folder.resolve("huge.txt"), new byte[(int) DocumentFolder.MAX_BYTES + 1]);

        DocumentFolder.Contents contents = DocumentFolder.of(folder).read();

        assertThat(contents.documents()).extracting(Document::source).containsExactly("a.md");
        assertThat(contents.leftOut()).containsExactlyInAnyOrder("latin.txt is not text in UTF-8",
                "binary.md is not text",
                "huge.txt is too large (4,194,305 bytes; up to 4,194,304 are read)");
    }

    @Test
    void a_link_that_leads_in_a_circle_is_named_and_does_no_harm() throws IOException {
        write("a/a.md", "A");
        Files.createSymbolicLink(folder.resolve("a/loop"), folder);

        DocumentFolder.Contents contents = DocumentFolder.of(folder).read();

        assertThat(contents.documents()).hasSize(1);
        assertThat(contents.leftOut()).containsExactly("a/loop is a link that leads in a circle");
    }

    @Test
    void several_files_and_folders_have_sources_relative_to_their_base() throws IOException {
        write("README.md", "R");
        write("docs/http.md", "H");
        write("other.md", "O");

        assertThat(sources(DocumentFolder.of(folder,
                List.of(folder.resolve("docs"), folder.resolve("README.md"), folder.resolve("MISSING.md")))))
                .containsExactly("README.md", "docs/http.md");
    }

    @Test
    void a_missing_folder_is_one_clear_line() {
        assertThatThrownBy(() -> DocumentFolder.of(folder.resolve("nowhere")).read())
                .isInstanceOf(DocumentsException.class).hasMessageContaining("nowhere does not exist")
                .hasMessageNotContaining("\n");
    }

    @Test
    void a_file_instead_of_a_folder_is_one_clear_line() throws IOException {
        write("a.md", "A");

        assertThatThrownBy(() -> DocumentFolder.of(folder.resolve("a.md")).read())
                .isInstanceOf(DocumentsException.class).hasMessageContaining("a.md is a file");
    }

    @Test
    void an_empty_folder_is_one_clear_line() {
        assertThatThrownBy(() -> DocumentFolder.of(folder).read()).isInstanceOf(DocumentsException.class)
                .hasMessageContaining("nothing to read").hasMessageNotContaining("\n");
    }

    @Test
    void an_unreadable_folder_is_one_clear_line() throws IOException {
        Path closed = Files.createDirectory(folder.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        assumeFalse(Files.isReadable(closed), "this user may read everything (root)");

        assertThatThrownBy(() -> DocumentFolder.of(closed).read()).isInstanceOf(DocumentsException.class)
                .hasMessageContaining("may not be read");
    }

    private static List<String> sources(DocumentFolder documents) {
        return documents.read().documents().stream().map(Document::source).toList();
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
