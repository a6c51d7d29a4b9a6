package dev.carrel.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A patch, as {@code mutants/README.md} describes it.
 *
 * @param name the file's, without the ending
 * @param module whose test classes hold the test
 * @param test the class that must fail
 * @param changes by file, from the root of the project
 */
record Mutant(String name, String guarantee, String module, String test, Map<Path, List<Hunk>> changes) {
    /** Lines, and what takes their place. */
    record Hunk(String before, String after) {}

    static Mutant read(Path file) throws IOException {
        Map<String, String> header = new LinkedHashMap<>();
        Map<Path, List<Hunk>> changes = new LinkedHashMap<>();
        List<Hunk> hunks = new ArrayList<>();
        var before = new StringBuilder();
        var after = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("+++ b/")) {
                hunks = new ArrayList<>();
                changes.put(Path.of(line.substring("+++ b/".length())), hunks);
            } else if (line.startsWith("@@") || line.startsWith("--- a/")) {
                close(hunks, before, after);
            } else if (changes.isEmpty()) {
                String[] parts = line.split(": ", 2);
                if (parts.length == 2) {
                    header.put(parts[0], parts[1]);
                }
            } else {
                String text = line.isEmpty() ? "" : line.substring(1);
                if (!line.startsWith("+")) {
                    before.append(text).append('\n');
                }
                if (!line.startsWith("-")) {
                    after.append(text).append('\n');
                }
            }
        }
        close(hunks, before, after);
        return new Mutant(file.getFileName().toString().replace(".patch", ""), header.getOrDefault("Guarantee", "?"),
                header.getOrDefault("Module", "?"), header.getOrDefault("Test", "?"), changes);
    }

    private static void close(List<Hunk> hunks, StringBuilder before, StringBuilder after) {
        if (!before.isEmpty() || !after.isEmpty()) {
            hunks.add(new Hunk(before.toString(), after.toString()));
        }
        before.setLength(0);
        after.setLength(0);
    }

    /** Writes the changed files under {@code target}; returns them. */
    List<Path> apply(Path project, Path target) throws IOException {
        if (changes.isEmpty()) {
            throw new AssertionError(name + " changes nothing");
        }
        List<Path> changed = new ArrayList<>();
        for (var change : changes.entrySet()) {
            String source = Files.readString(project.resolve(change.getKey()));
            for (Hunk hunk : change.getValue()) {
                int at = source.indexOf(hunk.before);
                if (at < 0 || source.indexOf(hunk.before, at + 1) >= 0) {
                    throw new AssertionError(name + " does not apply to " + change.getKey() + ": these lines are "
                            + (at < 0 ? "not" : "more than once") + " in it:\n" + hunk.before);
                }
                source = source.substring(0, at) + hunk.after + source.substring(at + hunk.before.length());
            }
            Path file = target.resolve(change.getKey());
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, source);
            changed.add(file);
        }
        return changed;
    }
}
