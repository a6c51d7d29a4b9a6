package dev.carrel.tutor.answer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A question of a labelled set, with what has to be cited if the documents answer it. */
record Labelled(boolean answerable, List<String> before, String question, String source) {

    static List<Labelled> read(String set) {
        try {
            return Files.readAllLines(Path.of("src/test/resources", set + "-questions.tsv")).stream()
                    .filter(line -> !line.startsWith("#") && !line.isBlank()).map(line -> List.of(line.split("\t", -1)))
                    .map(row -> new Labelled(row.get(0).equals("answerable"),
                            row.get(1).equals("-") ? List.of() : List.of(row.get(1)), row.get(2), row.get(3)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
