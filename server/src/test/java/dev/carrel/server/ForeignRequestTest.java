package dev.carrel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests that another page makes a browser send, and bytes that no browser sends. */
@SuppressWarnings("NullAway.Init")
class ForeignRequestTest {
    private static final Map<String, String> ALWAYS = Map.of("X-Content-Type-Options", "nosniff", "Referrer-Policy",
            "no-referrer", "Cross-Origin-Resource-Policy", "same-origin");

    private static TestServer server;
    private static TestClient alice;
    private static String session;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        server = TestServer.inMemory(new TestApp().app());
        alice = server.client();
        session = alice.session();
        port = server.uri().getPort();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp get(String path, String headers) throws IOException {
        return RawHttp.send(server.uri(),
                "GET " + path + " HTTP/1.1\n" + headers + "Cookie: " + alice.cookie() + "\nConnection: close\n\n");
    }

    private static RawHttp post(String path, String headers, String body) throws IOException {
        return RawHttp.send(server.uri(),
                "POST " + path + " HTTP/1.1\n" + headers + "Cookie: " + alice.cookie()
                        + "\nContent-Type: application/json\nContent-Length: " + body.length()
                        + "\nConnection: close\n\n" + body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:7860", "localhost.evil.example", "127.0.0.1.nip.io",
            "localhost.",
            "[::2]", "127.0.0.2", "0.0.0.0", "localhost@evil.example", "2130706433"})
    void a_host_that_is_not_ours_is_misdirected(String host) throws IOException {
        RawHttp answer = get("/me", "Host: " + host + "\n");
        assertThat(answer.status()).isIn(421, 400);
        assertThat(answer.body()).doesNotContain("visitor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1:80", "[::1]:7860"})
    void a_loopback_name_is_ours_at_any_port(String host) throws IOException {
        assertThat(get("/me", "Host: " + host + "\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example", "Origin: null", "Origin: http://localhost:1",
            "Origin: http://localhost", "Origin: https://localhost.evil.example",
            "Origin: http://localhost:PORT@evil.example",
            "Origin: %%%", "Origin: ", "Sec-Fetch-Site: cross-site"})
    void a_foreign_page_may_change_nothing(String header) throws IOException {
        String host = "Host: localhost:" + port + "\n" + header.replace("PORT", Integer.toString(port)) + "\n";
        assertThat(post("/sessions", host, "{}").status()).isEqualTo(403);
        assertThat(post(session + "/messages", host, "{\"id\":\"forged\",\"text\":\"x\"}").status()).isEqualTo(403);
        assertThat(post("/logout", host, "").status()).isEqualTo(403);
        assertThat(get("/me", host).status()).isEqualTo(403);
        assertThat(alice.get(session).expect(200).json().path("turns").size()).isZero();
    }

    @Test
    void our_own_page_and_a_program_may() throws IOException {
        String host = "Host: localhost:" + port + "\n";
        for (String header : List.of("", "Origin: http://localhost:" + port + "\n", "Sec-Fetch-Site: same-origin\n",
                "Sec-Fetch-Site: none\n")) {
            assertThat(post("/sessions", host + header, "{}").status()).isEqualTo(201);
        }
    }

    @Test
    void a_link_from_another_page_leads_to_the_page() throws IOException {
        assertThat(get("/", "Host: localhost:" + port + "\nSec-Fetch-Site: cross-site\n").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/sessions/%2e%2e/me", "/sessions/%2e%2e%2fme", "/../../etc/passwd", "/assets/../me",
            "/assets/..%2f..%2fme", "/assets/%2e%2e/%2e%2e/WEB-INF/web.xml", "/assets/lib/..%5c..%5cme", "/%", "/%zz",
            "/%c0%ae%c0%ae/", "/sessions/%00", "/a//b", "/./me", "http://evil.example/me", "/me;jsessionid=1",
            "/me?%zz",
            "*", "/%252e%252e/me", "/sessions/\u00e4", "/sess\tions"})
    void a_path_trick_leads_nowhere(String path) throws IOException {
        RawHttp answer = get(path, "Host: localhost\n");
        if (answer.status() == 200) {
            // What is left of it is a plain path: "/./me", "/me?...", an absolute one.
            assertThat(path).containsAnyOf("me");
            assertThat(answer.body()).startsWith("{\"user\":\"visitor:");
        } else {
            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /me HTTP/1.1\n\n", "GET /me HTTP/1.1\nHost: localhost\nHost: evil.example\n\n",
            "GET /me HTTP/1.1\nHost: localhost\nContent-Length: 1\nContent-Length: 2\n\nx", "GET\n\n",
            "GET /me HTTP/9.9\nHost: localhost\n\n", "GET /me HTTP/1.1\nHost localhost\n\n",
            "POST /sessions HTTP/1.1\nHost: localhost\nContent-Length: -1\n\n",
            "POST /sessions HTTP/1.1\nHost: localhost\nContent-Length: 2\nTransfer-Encoding: chunked\n\n{}",
            "POST /sessions HTTP/1.1\nHost: localhost\nTransfer-Encoding: gzip\n\n{}",
            "GET /me HTTP/1.1\nHost: localhost\nX: a\u0000b\n\n", "GET /%zz HTTP/1.1\nHost: localhost\n\n"})
    void what_cannot_be_read_is_refused_in_the_same_form(String request) throws IOException {
        RawHttp answer = RawHttp.send(server.uri(), request);
        assertThat(answer.status()).isBetween(400, 505);
        assertThat(answer.body()).doesNotContain("Jetty", "jetty", "\tat ", "visitor:");
        if (!answer.header("Content-Type").isEmpty()) {
            assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(answer.body()).contains("\"requestId\":\"" + answer.header("X-Request-Id") + "\"");
            carriesTheHeaders(answer);
        }
    }

    private static void carriesTheHeaders(RawHttp answer) {
        ALWAYS.forEach((name, value) -> assertThat(answer.header(name)).as(name).isEqualTo(value));
        assertThat(answer.header("Content-Security-Policy")).contains("default-src 'none'").doesNotContain("unsafe");
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-z]{26}");
        assertThat(answer.header("Cache-Control")).isIn("no-store", "no-cache");
        assertThat(answer.header("Server")).isEmpty();
        assertThat(answer.header("X-Powered-By")).isEmpty();
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
    }

    @Test
    void every_answer_carries_the_headers() throws IOException {
        String host = "Host: localhost:" + port + "\n";
        for (RawHttp answer : List.of(get("/", host), get("/assets/main.js", host), get("/assets/none.js", host),
                get("/me", host), get("/nothing", host), get("/me", "Host: evil.example\n"),
                get("/me", host + "Origin: http://evil.example\n"), get(session, host), get("/sessions/x", host),
                get("/openapi.json", host), get("/health/live", host),
                get("/me", host + "X-Long: " + "x".repeat(20_000) + "\n"),
                get("/" + "x".repeat(20_000), host), post("/sessions", host, "{"), post("/sessions", host, "{}"),
                post("/me", host, ""))) {
            carriesTheHeaders(answer);
        }
    }

    @Test
    void headers_that_are_too_long_are_a_problem_too() throws IOException {
        RawHttp answer = get("/me", "Host: localhost\nX-Long: " + "x".repeat(20_000) + "\n");
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void a_request_id_is_ours_whatever_the_client_sends() throws IOException {
        RawHttp answer = get("/me", "Host: localhost\nX-Request-Id: mine\n");
        assertThat(answer.header("X-Request-Id")).matches("[0-9a-z]{26}");
    }

    @Test
    void nothing_of_the_request_reaches_a_header() throws IOException {
        RawHttp answer = post("/sessions", "Host: localhost\n", "{\"chat\": \"a\\r\\nSet-Cookie: x=y\"}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(get("/sessions/a%0d%0aSet-Cookie:%20x=y", "Host: localhost\n").header("Set-Cookie")).isEmpty();
    }

    @Test
    void head_is_get_without_the_body() throws IOException {
        for (String path : List.of("/me", "/", "/sessions", session, "/nothing", session + "/events")) {
            RawHttp answer = RawHttp.send(server.uri(), "HEAD " + path + " HTTP/1.1\nHost: localhost\nCookie: "
                    + alice.cookie() + "\nConnection: close\n\n");
            assertThat(answer.status()).as(path).isEqualTo(path.equals("/nothing") ? 404 : 200);
            assertThat(answer.body()).as(path).isEmpty();
        }
    }

    @Test
    void a_pipelined_request_is_answered_for_itself() throws IOException {
        String me = "GET /me HTTP/1.1\nHost: localhost\nCookie: " + alice.cookie() + "\n\n";
        String stranger = "GET /me HTTP/1.1\nHost: localhost\nConnection: close\n\n";
        String both = RawHttp.send(server.uri(), me + stranger).body();
        String own = alice.get("/me").expect(200).text("user");
        assertThat(both.split(own, -1)).hasSize(2);
        assertThat(both.split("\"user\":\"visitor:", -1)).hasSize(3);
    }

    @Test
    void a_body_that_is_left_unread_is_no_next_request() throws IOException {
        String smuggled = "GET /me HTTP/1.1\r\nHost: localhost\r\n\r\n";
        byte[] request = ("POST /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + smuggled.length() + "\r\n\r\n" + smuggled).getBytes(StandardCharsets.US_ASCII);
        assertThat(RawHttp.send(server.uri(), request).body()).doesNotContain("HTTP/1.1", "visitor:");
    }
}
