package dev.carrel.remote;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.keys.KeyRing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

    private final ContextCodec codec = ContextCodec.builder(KeyRing.random(), Authority.named("test"), "grader")
            .principal().build();

    private Context extract(Map<String, String> headers) {
        return codec.extract(name -> Optional.ofNullable(headers.get(name)));
    }

    @Test
    void a_trace_goes_on_under_a_span_of_its_own() {
        Context read = extract(Map.of(TraceParent.HEADER, VALID));
        TraceParent here = read.get(TraceParent.KEY);
        assertThat(here.traceId()).isEqualTo(TRACE);
        assertThat(here.spanId()).isNotEqualTo(SPAN);
        assertThat(here.sampled()).isTrue();
        Map<String, String> sent = new HashMap<>();
        codec.inject(read, sent::put);
        assertThat(sent).containsOnly(Map.entry(TraceParent.HEADER, "00-" + TRACE + "-" + here.spanId() + "-01"));
    }

    @Test
    void it_needs_no_signature_and_gives_no_identity() {
        Context read = extract(Map.of(TraceParent.HEADER, VALID, ContextCodec.HEADER, "forged.forged.forged"));
        assertThat(read.find(TraceParent.KEY)).isPresent();
        assertThat(Principal.of(read)).isEmpty();
        assertThat(codec.ignored()).containsEntry(Ignored.UNKNOWN_KEY, 1L).containsEntry(Ignored.TRACE, 0L);
    }

    @Test
    void a_header_is_read_as_it_was_written() {
        for (boolean sampled : new boolean[]{true, false}) {
            TraceParent one = TraceParent.start(sampled);
            assertThat(TraceParent.parse(one.header())).contains(one);
            assertThat(one.header()).hasSize(55);
        }
        assertThat(TraceParent.parse(VALID)).contains(new TraceParent(TRACE, SPAN, true));
    }

    @Test
    void only_the_first_flag_is_known() {
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-ff").orElseThrow().header()).endsWith("-01");
        assertThat(TraceParent.parse("00-" + TRACE + "-" + SPAN + "-fe").orElseThrow().header()).endsWith("-00");
    }

    @Test
    void a_later_version_is_read_by_the_fields_that_stay_and_goes_on_as_this_one() {
        for (String later : new String[]{"01-" + TRACE + "-" + SPAN + "-01", "cc-" + TRACE + "-" + SPAN + "-01-more-x",
                "fe-" + TRACE + "-" + SPAN + "-01-"}) {
            assertThat(TraceParent.parse(later).orElseThrow().header()).as(later).isEqualTo(VALID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "ff-" + TRACE + "-" + SPAN + "-01", VALID + "-more", VALID + "-", VALID + "1",
            "cc-" + TRACE + "-" + SPAN + "-01.more", "00-" + TRACE + "-" + SPAN, "00-" + TRACE + "-" + SPAN + "-1",
            "00-00000000000000000000000000000000-" + SPAN + "-01", "00-" + TRACE + "-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01", "00_" + TRACE + "_" + SPAN + "_01", " " + VALID,
            VALID + " ", "00-" + TRACE + "-" + SPAN + "-0g", "0-" + TRACE + "-" + SPAN + "-01"})
    void what_is_not_one_is_ignored_and_counted(String header) {
        assertThat(extract(Map.of(TraceParent.HEADER, header)).isRoot()).isTrue();
        assertThat(codec.ignored()).containsEntry(Ignored.TRACE, 1L);
    }

    @Test
    void chance_and_length_break_nothing() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            char[] mutated = VALID.toCharArray();
            mutated[random.nextInt(mutated.length)] = (char) random.nextInt(256);
            TraceParent.parse(new String(mutated)).ifPresent(read -> assertThat(TraceParent.parse(read.header()))
                    .contains(read));
        }
        assertThat(TraceParent.parse("01-" + TRACE + "-" + SPAN + "-01-" + "x".repeat(100_000))).isEmpty();
    }

    @Test
    void new_ids_differ() {
        Set<String> seen = new HashSet<>();
        TraceParent trace = TraceParent.start(false);
        for (int i = 0; i < 10_000; i++) {
            trace = trace.next();
            seen.add(trace.spanId());
        }
        assertThat(seen).hasSize(10_000);
        assertThat(TraceParent.start(true).traceId()).isNotEqualTo(trace.traceId());
    }

    @Test
    void ids_that_are_none_are_refused() {
        assertThatThrownBy(() -> new TraceParent("0".repeat(32), SPAN, true)).hasMessageContaining("all zero");
        assertThatThrownBy(() -> new TraceParent(TRACE, "x", true)).hasMessageContaining("hexadecimal");
    }
}
