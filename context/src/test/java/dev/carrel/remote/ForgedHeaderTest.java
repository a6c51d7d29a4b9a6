package dev.carrel.remote;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.id.RequestId;
import dev.carrel.keys.KeyRing;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;

/** G5, between processes: a header counts only as it was signed, to the last character. */
class ForgedHeaderTest {
    private static final Authority AUTHORITY = Authority.named("test");

    private final KeyRing keys = KeyRing.random();
    private final ContextCodec codec = codec(keys);
    private String header = "";

    private static ContextCodec codec(KeyRing keys) {
        return ContextCodec.builder(keys, AUTHORITY, "grader").principal().allow(RequestId.KEY)
                .time(new ManualTime()).build();
    }

    @BeforeEach
    void a_header_that_counts() {
        Context alice = AUTHORITY.bind(Context.root(), AUTHORITY.user("school", "alice", "Alice", Set.of("teacher")))
                .with(RequestId.KEY, RequestId.random());
        header = codec.encode(alice).orElseThrow();
        assertThat(Principal.of(codec.decode(header))).isPresent();
    }

    private void countsForNothing(String forged, String how) {
        long before = sum();
        assertThat(codec.decode(forged).isRoot()).as(how).isTrue();
        assertThat(sum()).as(how).isEqualTo(before + 1);
    }

    private long sum() {
        return codec.ignored().values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void every_change_of_one_character_is_noticed() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \0\u00e9";
        for (int i = 0; i < header.length(); i++) {
            for (int at = 0; at < alphabet.length(); at++) {
                char other = alphabet.charAt(at);
                if (other != header.charAt(i)) {
                    countsForNothing(header.substring(0, i) + other + header.substring(i + 1), other + " at " + i);
                }
            }
            countsForNothing(header.substring(0, i) + header.substring(i + 1), "without " + i);
            countsForNothing(header.substring(0, i) + "A" + header.substring(i), "A before " + i);
        }
    }

    @Test
    void every_cut_and_every_addition_is_noticed() {
        for (int i = 0; i < header.length(); i++) {
            countsForNothing(header.substring(0, i), "the first " + i);
            countsForNothing(header.substring(header.length() - i), "the last " + i);
        }
        for (String more : new String[]{"=", "==", ".", " ", "A", ",", "." + header, "," + header, header}) {
            countsForNothing(header + more, more);
        }
    }

    @Test
    void chance_makes_no_header() {
        var random = new Random(42);
        String keyId = header.substring(0, header.indexOf('.'));
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            countsForNothing(new String(bytes, StandardCharsets.ISO_8859_1), "bytes " + i);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            countsForNothing(keyId + "." + text + "." + text, "parts " + i);
        }
    }

    @Test
    void what_others_say_counts_for_nothing() {
        String payload = header.split("\\.", -1)[1];
        String keyId = header.split("\\.", -1)[0];
        String mine = codec(KeyRing.random()).encode(AUTHORITY.bind(Context.root(),
                AUTHORITY.user("school", "mallory", "Mallory", Set.of("admin")))).orElseThrow();
        countsForNothing(mine, "another's key");
        countsForNothing(keyId + mine.substring(mine.indexOf('.')), "another's key under a known id");
        countsForNothing(keyId + "." + payload + ".", "no signature");
        countsForNothing(keyId + "." + payload + "." + payload, "itself as its signature");
        assertThat(codec.ignored()).containsAllEntriesOf(Map.of(Ignored.UNKNOWN_KEY, 1L, Ignored.SIGNATURE, 3L));
    }
}
