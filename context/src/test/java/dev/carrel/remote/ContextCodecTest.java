package dev.carrel.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.context.Principal;
import dev.carrel.error.EndedContextException;
import dev.carrel.id.RequestId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.keys.KeyRing;
import dev.carrel.time.ManualTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ContextCodecTest {
    private static final ContextKey<String> COURSE = text("course");
    private static final ContextKey<String> NOTE = ContextKey.of("note", Kind.SESSION);
    private static final Authority EDGE = Authority.named("edge");
    private static final Authority PEER = Authority.named("signed by a peer");

    private final KeyRing keys = KeyRing.random();
    private final ManualTime time = new ManualTime();

    private static ContextKey<String> text(String name) {
        return ContextKey.<String>builder(name, Kind.SESSION).remote(value -> value, value -> value).build();
    }

    private ContextCodec.Builder builder() {
        return ContextCodec.builder(keys, PEER, "grader").time(time);
    }

    private static Context alice() {
        return EDGE.bind(Context.root(), EDGE.user("school", "alice", "Alice \u00c4", Set.of("teacher", "admin")));
    }

    private static void expect(ContextCodec codec, Ignored reason, long times) {
        Map<Ignored, Long> rest = new HashMap<>(codec.ignored());
        assertThat(rest.remove(reason)).as(reason.name()).isEqualTo(times);
        assertThat(rest.values()).as(codec.ignored().toString()).containsOnly(0L);
    }

    @Test
    void what_is_allowed_travels_and_nothing_else() {
        ContextCodec codec = builder().principal().allow(RequestId.KEY, SessionId.KEY, TurnId.KEY, COURSE).build();
        var request = RequestId.random();
        var session = SessionId.random();
        var turn = TurnId.random();
        Context sent = alice().with(RequestId.KEY, request).with(SessionId.KEY, session).with(TurnId.KEY, turn)
                .with(COURSE, "chimie: \u00e9l\u00e9ments 3:x\n\ud83d\ude00").with(NOTE, "not allowed");
        String header = codec.encode(sent).orElseThrow();
        assertThat(header).matches("[A-Za-z0-9_.-]+");
        Context read = codec.decode(header);
        assertThat(read.get(RequestId.KEY)).isEqualTo(request);
        assertThat(read.get(SessionId.KEY)).isEqualTo(session);
        assertThat(read.get(TurnId.KEY)).isEqualTo(turn);
        assertThat(read.get(COURSE)).isEqualTo(sent.get(COURSE));
        assertThat(read.find(NOTE)).isEmpty();
        Principal who = Principal.of(read).orElseThrow();
        assertThat(who).isEqualTo(Principal.of(sent).orElseThrow());
        assertThat(who.name()).isEqualTo("Alice \u00c4");
        assertThat(who.roles()).containsExactlyInAnyOrder("teacher", "admin");
        assertThat(who.anonymous()).isFalse();
        assertThat(read.explain()).contains(PEER.toString()).doesNotContain(EDGE.toString());
        assertThat(codec.ignored().values()).containsOnly(0L);
    }

    @Test
    void a_visitor_stays_a_visitor() {
        ContextCodec codec = builder().principal().build();
        Context sent = EDGE.bind(Context.root(), EDGE.visitor("school", "v-1"));
        Principal who = Principal.of(codec.decode(codec.encode(sent).orElseThrow())).orElseThrow();
        assertThat(who.anonymous()).isTrue();
        assertThat(who).isEqualTo(EDGE.visitor("school", "v-1"));
    }

    @Test
    void a_principal_travels_only_where_that_is_declared_on_both_sides() {
        ContextCodec without = builder().allow(COURSE).build();
        ContextCodec with = builder().principal().allow(COURSE).build();
        Context sent = alice().with(COURSE, "chemistry");
        Context read = with.decode(without.encode(sent).orElseThrow());
        assertThat(read.get(COURSE)).isEqualTo("chemistry");
        assertThat(Principal.of(read)).isEmpty();
        assertThat(without.decode(with.encode(sent).orElseThrow()).isRoot()).isTrue();
        expect(without, Ignored.UNKNOWN_NAME, 1);
    }

    @Test
    void where_nothing_may_travel_nothing_is_sent() {
        ContextCodec codec = builder().principal().allow(COURSE).build();
        assertThat(codec.encode(Context.root())).isEmpty();
        assertThat(codec.encode(Context.root().with(NOTE, "not allowed"))).isEmpty();
        Map<String, String> headers = new HashMap<>();
        codec.inject(Context.root(), headers::put);
        assertThat(headers).isEmpty();
        assertThat(codec.extract(name -> Optional.ofNullable(headers.get(name))).isRoot()).isTrue();
        assertThat(codec.ignored().values()).containsOnly(0L);
    }

    @Test
    void what_travels_of_a_deadline_is_the_time_that_is_left() {
        var elsewhere = new ManualTime(time.now(), 1L << 60);
        ContextCodec there = ContextCodec.builder(keys, PEER, "grader").time(elsewhere).build();
        Context sent = Context.root().withDeadline(Deadline.after(Duration.ofSeconds(20), time));
        time.pass(Duration.ofSeconds(8));
        elsewhere.pass(Duration.ofSeconds(8));
        String header = builder().build().encode(sent).orElseThrow();
        Context read = there.decode(header);
        assertThat(read.deadline().orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(12));
        elsewhere.pass(Duration.ofSeconds(11));
        assertThat(read.cancellation().requested()).isFalse();
        elsewhere.pass(Duration.ofSeconds(1));
        assertThat(read.cancellation().late()).isTrue();
        Context sooner = Context.root().withDeadline(Deadline.after(Duration.ofSeconds(1), elsewhere));
        assertThat(there.decode(sooner, header).deadline().orElseThrow().remaining()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_header_counts_until_it_expires_give_or_take_the_skew() {
        ContextCodec codec = builder().allow(COURSE).validity(Duration.ofSeconds(30)).skew(Duration.ofSeconds(5))
                .build();
        Context sent = Context.root().with(COURSE, "chemistry");
        String header = codec.encode(sent).orElseThrow();
        time.pass(Duration.ofSeconds(35));
        assertThat(codec.decode(header).get(COURSE)).isEqualTo("chemistry");
        time.pass(Duration.ofMillis(1));
        assertThat(codec.decode(header).isRoot()).isTrue();
        expect(codec, Ignored.EXPIRED, 1);
    }

    @Test
    void a_side_that_reads_allows_no_longer_validity_than_its_own() {
        ContextCodec generous = builder().allow(COURSE).validity(Duration.ofDays(3650)).build();
        ContextCodec codec = builder().allow(COURSE).build();
        assertThat(codec.decode(generous.encode(Context.root().with(COURSE, "x")).orElseThrow()).isRoot()).isTrue();
        expect(codec, Ignored.PREMATURE, 1);
    }

    @Test
    void a_header_made_for_one_service_counts_with_no_other() {
        ContextCodec grader = builder().principal().build();
        ContextCodec mailer = ContextCodec.builder(keys, PEER, "mailer").principal().time(time).build();
        assertThat(mailer.decode(grader.encode(alice()).orElseThrow()).isRoot()).isTrue();
        expect(mailer, Ignored.SIGNATURE, 1);
    }

    @Test
    void what_was_signed_for_something_else_is_no_context() {
        ContextCodec codec = builder().principal().build();
        String text = new Payload(time.now().plusSeconds(10).toEpochMilli(), Optional.empty(),
                List.of("user", "school", "alice", "Alice"), Map.of()).text();
        assertThat(codec.decode(keys.sign("cookie", text)).isRoot()).isTrue();
        expect(codec, Ignored.SIGNATURE, 1);
        assertThat(codec.decode(keys.sign("context for grader", text)).isRoot()).isFalse();
    }

    @Test
    void a_key_can_be_rotated(@TempDir Path folder) throws IOException {
        Path old = folder.resolve("old");
        Path fresh = folder.resolve("fresh");
        Path both = folder.resolve("both");
        KeyRing.load(old);
        KeyRing.load(fresh);
        Files.writeString(both, Files.readString(fresh) + Files.readString(old));
        ContextCodec oldOnly = codec(old);
        ContextCodec freshOnly = codec(fresh);
        ContextCodec rotating = codec(both);
        String before = oldOnly.encode(alice()).orElseThrow();
        String after = rotating.encode(alice()).orElseThrow();
        assertThat(Principal.of(rotating.decode(before))).isPresent();
        assertThat(Principal.of(rotating.decode(after))).isPresent();
        assertThat(Principal.of(freshOnly.decode(after))).isPresent();
        assertThat(freshOnly.decode(before).isRoot()).isTrue();
        expect(freshOnly, Ignored.UNKNOWN_KEY, 1);
    }

    private ContextCodec codec(Path file) {
        return ContextCodec.builder(KeyRing.load(file), PEER, "grader").principal().time(time).build();
    }

    @Test
    void a_name_that_is_not_allowed_spoils_the_whole() {
        ContextKey<String> more = text("more");
        ContextCodec wide = builder().principal().allow(COURSE, more).build();
        ContextCodec narrow = builder().principal().allow(COURSE).build();
        Context sent = alice().with(COURSE, "chemistry");
        assertThat(narrow.decode(wide.encode(sent.with(more, "x")).orElseThrow()).isRoot()).isTrue();
        expect(narrow, Ignored.UNKNOWN_NAME, 1);
        assertThat(narrow.decode(wide.encode(sent).orElseThrow()).get(COURSE)).isEqualTo("chemistry");
    }

    @Test
    void a_decode_function_that_fails_spoils_the_whole() {
        ContextKey<String> throwing = ContextKey.<String>builder("throwing", Kind.SESSION)
                .remote(value -> value, value -> {
                    throw new IllegalStateException("cannot read " + value);
                }).build();
        ContextKey<List<String>> mutable = ContextKey.<List<String>>builder("mutable", Kind.SESSION)
                .remote(List::getFirst, value -> new ArrayList<>(List.of(value))).build();
        ContextCodec codec = builder().principal().allow(COURSE, throwing, mutable).build();
        Context sent = alice().with(COURSE, "chemistry");
        assertThat(codec.decode(codec.encode(sent.with(throwing, "x")).orElseThrow()).isRoot()).isTrue();
        expect(codec, Ignored.UNREADABLE, 1);
        assertThat(codec.decode(codec.encode(sent.with(mutable, List.of("x"))).orElseThrow()).isRoot()).isTrue();
        expect(codec, Ignored.UNREADABLE, 2);
        assertThat(codec.decode(keys.sign("context for grader", "1:2")).isRoot()).isTrue();
        assertThat(codec.decode(keys.sign("context for grader", "")).isRoot()).isTrue();
        expect(codec, Ignored.UNREADABLE, 4);
        assertThat(codec.decode(codec.encode(sent).orElseThrow()).get(COURSE)).isEqualTo("chemistry");
    }

    @Test
    void whoever_is_bound_here_is_not_replaced() {
        ContextCodec codec = builder().principal().allow(COURSE).build();
        String header = codec.encode(alice().with(COURSE, "chemistry")).orElseThrow();
        Context bob = EDGE.bind(Context.root(), EDGE.user("school", "bob", "Bob", Set.of()));
        assertThat(codec.decode(bob, header)).isSameAs(bob);
        expect(codec, Ignored.OTHER_PRINCIPAL, 1);
        assertThat(codec.decode(alice(), header).get(COURSE)).isEqualTo("chemistry");
    }

    @Test
    void what_is_read_lives_as_long_as_the_request_that_brought_it() {
        ContextCodec codec = builder().allow(RequestId.KEY, COURSE).build();
        String header = codec.encode(Context.root().with(RequestId.KEY, RequestId.random()).with(COURSE, "x"))
                .orElseThrow();
        Lifetime request = Lifetime.begin(Kind.REQUEST, "request 1");
        Context read = codec.decode(request.bind(Context.root()), header);
        assertThat(read.find(RequestId.KEY)).isPresent();
        request.end();
        assertThatThrownBy(() -> read.find(RequestId.KEY)).isInstanceOf(EndedContextException.class);
        assertThatThrownBy(() -> codec.encode(read)).isInstanceOf(EndedContextException.class);
        assertThat(read.get(COURSE)).isEqualTo("x");
    }

    @Test
    void an_encode_function_that_fails_is_named_and_nothing_is_sent() {
        ContextKey<String> throwing = ContextKey.<String>builder("unwritable", Kind.SESSION).remote(value -> {
            throw new IllegalArgumentException("no");
        }, value -> value).build();
        ContextCodec codec = builder().allow(COURSE, throwing).build();
        Context sent = Context.root().with(COURSE, "chemistry").with(TraceParent.KEY, TraceParent.start(true));
        Map<String, String> headers = new HashMap<>();
        assertThatThrownBy(() -> codec.inject(sent.with(throwing, "a secret"), headers::put))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("\"unwritable\"")
                .hasMessageContaining("\"grader\"").hasMessageNotContaining("a secret")
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(headers).isEmpty();
        codec.inject(sent, headers::put);
        assertThat(headers).containsOnlyKeys(ContextCodec.HEADER, TraceParent.HEADER);
    }

    @Test
    void half_a_character_is_refused_where_it_would_make_two_users_one() {
        ContextCodec codec = builder().principal().allow(COURSE).build();
        Context odd = EDGE.bind(Context.root(), EDGE.user("school", "a\ud800", "A", Set.of()));
        assertThatThrownBy(() -> codec.encode(odd)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"principal\"");
        assertThatThrownBy(() -> codec.encode(Context.root().with(COURSE, "\udc00")))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("\"course\"");
    }

    @Test
    void a_context_that_is_too_large_is_refused_with_the_sizes_and_ignored_before_anything_is_checked() {
        ContextCodec codec = builder().allow(COURSE).maxBytes(300).build();
        ContextCodec wide = builder().allow(COURSE).maxBytes(10_000).build();
        Context large = Context.root().with(COURSE, "\u00e9".repeat(200));
        assertThatThrownBy(() -> codec.encode(large)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("300").hasMessageContaining("course=400").hasMessageContaining("\"grader\"")
                .hasMessageNotContaining("\u00e9");
        String header = wide.encode(large).orElseThrow();
        assertThat(header.length()).isGreaterThan(300);
        assertThat(codec.decode(header).isRoot()).isTrue();
        assertThat(codec.decode("x".repeat(301)).isRoot()).isTrue();
        expect(codec, Ignored.OVERSIZED, 2);
        assertThat(wide.decode(header).get(COURSE)).isEqualTo(large.get(COURSE));
    }

    @Test
    void a_key_that_does_not_say_how_it_travels_is_refused_and_so_are_two_of_one_name() {
        assertThatThrownBy(() -> builder().allow(NOTE)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"note\"").hasMessageContaining("remote(encode, decode)");
        ContextKey<String> namesake = Elsewhere.COURSE;
        assertThatThrownBy(() -> builder().allow(COURSE, namesake)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"course\"");
        assertThat(builder().allow(COURSE, COURSE).build()).isNotNull();
    }

    private static final class Elsewhere {
        static final ContextKey<String> COURSE = ContextKey.<String>builder("course", Kind.TURN)
                .remote(value -> value, value -> value).build();
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThatThrownBy(() -> ContextCodec.builder(keys, PEER, " ")).hasMessageContaining("audience");
        assertThatThrownBy(() -> builder().validity(Duration.ZERO)).hasMessageContaining("validity");
        assertThatThrownBy(() -> builder().skew(Duration.ofSeconds(-1))).hasMessageContaining("skew");
        assertThatThrownBy(() -> builder().maxBytes(0)).hasMessageContaining("maxBytes");
    }

    @Test
    void a_header_does_not_change_the_roles_of_who_is_known_here_already() {
        ContextCodec codec = builder().principal().build();
        String older = codec.encode(alice()).orElseThrow();
        Context demoted = EDGE.bind(Context.root(), EDGE.user("school", "alice", "Alice", Set.of("student")));
        Principal read = Principal.of(codec.decode(demoted, older)).orElseThrow();
        assertThat(read.roles()).containsExactly("student");
    }

    @Test
    void a_payload_without_its_first_fields_is_unreadable() {
        ContextCodec codec = builder().build();
        String header = keys.sign("context for grader", Fields.write(List.of("1", "0")));
        assertThat(codec.decode(header).isRoot()).isTrue();
        expect(codec, Ignored.UNREADABLE, 1);
    }
}
