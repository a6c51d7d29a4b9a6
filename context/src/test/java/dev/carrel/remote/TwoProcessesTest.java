package dev.carrel.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.id.RequestId;
import dev.carrel.keys.KeyRing;

import static org.assertj.core.api.Assertions.assertThat;

/** A calls B over HTTP, and B is another process with one thread for everybody. */
@Timeout(60)
class TwoProcessesTest {
    private static final Authority AUTHORITY = Authority.named("test");

    @TempDir
    private Path folder = Path.of("");
    private Process process;
    private URI peer;
    private ContextCodec codec;

    /** What the peer knew: outside of the call's context, and within. */
    private record Answer(String outside, long pid, long thread, String who, String request, String course,
            String trace, String deadline) {
        static Answer of(List<String> lines) {
            return new Answer(lines.get(0), Long.parseLong(lines.get(1)), Long.parseLong(lines.get(2)), lines.get(3),
                    lines.get(4), lines.get(5), lines.get(6), lines.get(7));
        }
    }

    @BeforeEach
    void start() throws IOException {
        Path keys = folder.resolve("keys");
        codec = PeerService.codec(keys);
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), "-Xshare:auto", "-XX:TieredStopAtLevel=1",
                PeerService.class.getName(), keys.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader out = process.inputReader();
        peer = URI.create("http://127.0.0.1:" + out.readLine() + "/");
    }

    @AfterEach
    void stop() throws Exception {
        process.getOutputStream().close();
        assertThat(process.waitFor()).isZero();
    }

    /** Calls as a service does: whatever is bound is injected, by nobody's hand. */
    private Answer call(String... more) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(peer);
            codec.inject(Context.current(), request::setHeader);
            for (int i = 0; i < more.length; i += 2) {
                request.setHeader(more[i], more[i + 1]);
            }
            return Answer.of(client.send(request.build(), BodyHandlers.ofString()).body().lines().toList());
        }
    }

    private static Context as(String user) {
        return AUTHORITY.bind(Context.root(), AUTHORITY.user("school", user, "The " + user, Set.of("learner")));
    }

    @Test
    void a_peer_works_for_whoever_asked_and_its_next_request_for_nobody() throws Exception {
        var request = RequestId.random();
        TraceParent trace = TraceParent.start(true);
        Answer first = as("alice").with(RequestId.KEY, request).with(PeerService.COURSE, "chemistry")
                .with(TraceParent.KEY, trace).withDeadline(Deadline.after(Duration.ofMinutes(1)))
                .call(() -> call());
        assertThat(first.pid).isEqualTo(process.pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(first.who).isEqualTo("school/alice The alice [learner]");
        assertThat(first.request).isEqualTo(request.text());
        assertThat(first.course).isEqualTo("chemistry");
        assertThat(first.deadline).isEqualTo("ahead");
        assertThat(TraceParent.parse(first.trace).orElseThrow()).satisfies(there -> {
            assertThat(there.traceId()).isEqualTo(trace.traceId());
            assertThat(there.spanId()).isNotEqualTo(trace.spanId());
        });
        Answer next = call();
        assertThat(next.thread).isEqualTo(first.thread);
        assertThat(next).isEqualTo(new Answer("Context[root]", first.pid, first.thread, "nobody", "none", "none",
                "none", "none"));
        assertThat(as("bob").call(() -> call()).who).startsWith("school/bob");
    }

    @Test
    void what_somebody_else_has_signed_or_only_says_makes_nobody() throws Exception {
        String forged = ContextCodec.builder(KeyRing.random(), AUTHORITY, "peer").principal().build()
                .encode(as("admin")).orElseThrow();
        TraceParent trace = TraceParent.start(true);
        Answer answer = call(ContextCodec.HEADER, forged, TraceParent.HEADER, trace.header(), "X-User", "admin");
        assertThat(answer.who).isEqualTo("nobody");
        assertThat(TraceParent.parse(answer.trace).orElseThrow().traceId()).isEqualTo(trace.traceId());
        String genuine = codec.encode(as("alice")).orElseThrow();
        assertThat(call(ContextCodec.HEADER, genuine).who).startsWith("school/alice");
        assertThat(call(ContextCodec.HEADER, genuine.substring(1)).who).isEqualTo("nobody");
    }

    @Test
    void the_caller_is_who_it_was() throws Exception {
        Principal after = as("alice").call(() -> {
            call();
            return Principal.current();
        });
        assertThat(after.user()).isEqualTo("alice");
    }
}
