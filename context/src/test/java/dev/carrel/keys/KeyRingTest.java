package dev.carrel.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class KeyRingTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void what_was_signed_is_verified_for_its_purpose_only() {
        KeyRing keys = KeyRing.random();
        String text = "a.b \u00e4 {\"user\":\"alice\"}\n";
        String signed = keys.sign("cookie", text);
        assertThat(signed).matches("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");
        assertThat(keys.verify("cookie", signed)).contains(text);
        assertThat(keys.verify("seal", signed)).isEmpty();
        assertThat(keys.verify("cookie", keys.sign("cookie", ""))).contains("");
        assertThat(KeyRing.random().verify("cookie", signed)).isEmpty();
    }

    @Test
    void a_purpose_and_a_text_cannot_be_shifted_into_each_other() {
        KeyRing keys = KeyRing.random();
        assertThat(keys.derive("a", "bc")).isNotEqualTo(keys.derive("ab", "c"));
        assertThat(keys.derive("a", "b")).isEqualTo(keys.derive("a", "b")).isNotEqualTo(keys.derive("a", "c"));
    }

    @Test
    void any_other_character_anywhere_spoils_it() {
        KeyRing keys = KeyRing.random();
        String signed = keys.sign("cookie", "alice");
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        // The last one too: of its six bits Base64 uses four, so there are four ways to write it.
        for (int i = 0; i < signed.length(); i++) {
            for (int at = 0; at < alphabet.length(); at++) {
                char other = alphabet.charAt(at);
                if (other != signed.charAt(i)) {
                    assertThat(keys.verify("cookie", signed.substring(0, i) + other + signed.substring(i + 1)))
                            .as("at " + i).isEmpty();
                }
            }
            assertThat(keys.verify("cookie", signed.substring(0, i))).isEmpty();
        }
        for (String nonsense : new String[]{"", ".", "..", "...", "a.b.c", "\0", signed + ".", "." + signed,
                signed + "==", signed + "="}) {
            assertThat(keys.verify("cookie", nonsense)).as(nonsense).isEmpty();
        }
    }

    @Test
    void the_file_is_made_once_for_its_owner_only_and_leaves_no_draft() throws IOException {
        Path file = folder.resolve("keys");
        KeyRing made = KeyRing.load(file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).containsExactly(file);
        }
        String signed = made.sign("cookie", "alice");
        assertThat(KeyRing.load(file).verify("cookie", signed)).contains("alice");
        assertThat(KeyRing.load(file).derive("name", "x")).isEqualTo(made.derive("name", "x"));
    }

    @Test
    void a_rotated_key_signs_nobody_out_until_the_old_one_is_taken_away() throws IOException {
        Path file = folder.resolve("keys");
        String before = KeyRing.load(file).sign("cookie", "alice");
        String derived = KeyRing.load(file).derive("name", "x");
        String old = Files.readString(file);
        Path other = folder.resolve("other");
        KeyRing.load(other);
        Files.writeString(file, Files.readString(other) + old);
        KeyRing rotated = KeyRing.load(file);
        assertThat(rotated.verify("cookie", before)).contains("alice");
        assertThat(rotated.derive("name", "x")).isEqualTo(derived);
        String after = rotated.sign("cookie", "alice");
        assertThat(after.substring(0, 8)).isNotEqualTo(before.substring(0, 8));
        Files.writeString(file, Files.readString(other));
        assertThat(KeyRing.load(file).verify("cookie", before)).isEmpty();
        assertThat(KeyRing.load(file).verify("cookie", after)).contains("alice");
    }

    @Test
    void a_file_that_holds_no_keys_is_refused_without_repeating_it() throws IOException {
        Path file = folder.resolve("keys");
        String weak = Base64.getUrlEncoder()
                .encodeToString("short-hidden".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        for (String content : new String[]{"", "\n", "hidden", "id " + weak, "id not+base64/hidden", "a b hidden"}) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> KeyRing.load(file)).as(content).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString()).hasMessageNotContainingAny("hidden", weak);
        }
        assertThatThrownBy(() -> KeyRing.load(folder.resolve("none").resolve("keys")))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void processes_that_start_together_have_one_key() throws Exception {
        for (int round = 0; round < 50; round++) {
            Path file = folder.resolve("together-" + round);
            var start = new CyclicBarrier(4);
            try (var threads = Executors.newFixedThreadPool(4)) {
                List<Future<KeyRing>> rings = threads.invokeAll(Collections.nCopies(4, () -> {
                    start.await();
                    return KeyRing.load(file);
                }));
                String signed = KeyRing.load(file).sign("cookie", "alice");
                for (Future<KeyRing> ring : rings) {
                    assertThat(ring.get().verify("cookie", signed)).contains("alice");
                }
            }
        }
    }
}
