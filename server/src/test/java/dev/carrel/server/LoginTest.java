package dev.carrel.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpCookie;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.server.TestClient.Answer;
import dev.carrel.time.TimeSource;
import dev.carrel.web.PasswordUsers;

import static org.assertj.core.api.Assertions.assertThat;

/** Signing in and out: the credential changes, what was asked for is taken along, guessing is slowed down. */
@SuppressWarnings("NullAway.Init")
class LoginTest {
    private static final TestApp APP = new TestApp();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.inMemory(APP.app());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Answer login(TestClient client, Object... more) throws IOException {
        var body = new java.util.HashMap<String, Object>(Map.of("user", "alice", "password", TestServer.PASSWORD));
        for (int i = 0; i < more.length; i += 2) {
            body.put((String) more[i], more[i + 1]);
        }
        return client.post("/login", body);
    }

    /** A browser that still has this cookie. */
    private static TestClient with(HttpCookie cookie) {
        TestClient client = server.client();
        client.cookies.getCookieStore().add(server.uri(), cookie);
        return client;
    }

    private static HttpCookie cookie(TestClient client) {
        assertThat(client.cookies.getCookieStore().getCookies()).hasSize(1);
        return client.cookies.getCookieStore().getCookies().getFirst();
    }

    @Test
    void signing_in_and_out_replaces_the_cookie_and_the_old_one_opens_nothing() throws IOException {
        TestClient browser = server.client();
        String visitors = browser.session();
        HttpCookie asVisitor = cookie(browser);
        assertThat(login(browser).expect(200).json().path("user").path("user").asString("")).isEqualTo("alice");
        HttpCookie asAlice = cookie(browser);
        assertThat(asAlice.getValue()).isNotEqualTo(asVisitor.getValue());
        with(asVisitor).get(visitors).problem(404, "not-found", "");
        String hers = browser.session();
        browser.post("/logout", Map.of()).expect(204);
        assertThat(cookie(browser).getValue()).isNotEqualTo(asAlice.getValue());
        with(asAlice).get(hers).problem(404, "not-found", "");
        browser.get(hers).problem(404, "not-found", "");
        assertThat(with(asAlice).get("/me").json().path("anonymous").asBoolean()).isTrue();
    }

    @Test
    void signing_out_here_leaves_the_other_browser_signed_in() throws IOException {
        TestClient here = server.signedIn("alice");
        TestClient there = server.signedIn("alice");
        here.post("/logout", Map.of()).expect(204);
        assertThat(there.get("/me").text("user")).isEqualTo("alice");
    }

    @Test
    void a_stream_ends_with_the_credential_that_opened_it() throws IOException {
        TestClient browser = server.signedIn("alice");
        TestClient elsewhere = server.signedIn("alice");
        String session = browser.session();
        try (TestEvents mine = browser.events(session, null); TestEvents other = elsewhere.events(session, null)) {
            mine.ready();
            other.ready();
            browser.post("/logout", Map.of()).expect(204);
            var ended = mine.until(event -> event.kind().equals("ended")).getLast();
            assertThat(ended.id()).isEmpty();
            assertThat(ended.text("reason")).isEqualTo("signed-out");
            assertThat(mine.next()).isNull();
            String turn = elsewhere.say(session, "count");
            assertThat(other.untilClosed(turn).getLast().kind()).isEqualTo("committed");
        }
    }

    @Test
    void only_what_is_named_moves_to_the_account() throws IOException {
        TestClient browser = server.client();
        String named = browser.session();
        String unnamed = browser.session();
        browser.ask(named, "count");
        Answer answer = login(browser, "take", List.of(named.substring(10))).expect(200);
        assertThat(answer.json().path("taken").valueStream().map(id -> id.asString()))
                .containsExactly(named.substring(10));
        assertThat(answer.json().path("left").size()).isZero();
        assertThat(browser.get(named).expect(200).json().path("turns").size()).isEqualTo(1);
        // The state goes along, and the turns that follow are the user's.
        assertThat(browser.ask(named, "count").get(2).text("text")).startsWith("alice 2");
        browser.get(unnamed).problem(404, "not-found", "");
    }

    @Test
    void nothing_moves_unasked() throws IOException {
        TestClient browser = server.client();
        String session = browser.session();
        login(browser).expect(200);
        browser.get(session).problem(404, "not-found", "");
    }

    @Test
    void what_is_busy_stays_behind() throws IOException {
        TestClient browser = server.client();
        String busy = browser.session();
        String turn = browser.say(busy, "hold busy");
        TestClient still = with(cookie(browser));
        try (TestEvents events = still.events(busy, null)) {
            events.until(event -> event.kind().equals("text"));
            Answer answer = login(browser, "take", List.of(busy.substring(10))).expect(200);
            assertThat(answer.json().path("left").valueStream().map(id -> id.asString()))
                    .containsExactly(busy.substring(10));
            assertThat(answer.json().path("taken").size()).isZero();
            browser.get(busy).problem(404, "not-found", "");
            browser.raw(busy + "/turns/" + turn + "/cancel", "").problem(404, "not-found", "");
        } finally {
            APP.open("busy");
        }
    }

    @Test
    void a_request_that_began_before_the_sign_in_does_not_reach_the_conversation_that_was_taken_along()
            throws Exception {
        TestClient browser = server.client();
        String session = browser.session();
        HttpCookie old = browser.cookies.getCookieStore().getCookies().getFirst();
        byte[] body = "{\"id\":\"late\",\"text\":\"from before\"}".getBytes(StandardCharsets.UTF_8);
        try (var slow = new Socket(server.uri().getHost(), server.uri().getPort())) {
            OutputStream out = slow.getOutputStream();
            out.write("""
                    POST %s/messages HTTP/1.1
                    Host: localhost
                    Cookie: %s=%s
                    Connection: close
                    Content-Type: application/json
                    Content-Length: %d
                    Expect: 100-continue

                    """.formatted(session, old.getName(), old.getValue(), body.length).replace("\n", "\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.flush();
            var in = new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            // The server asks for the body once the handler reads it: who asks was decided before.
            assertThat(in.readLine()).contains("100");
            login(browser, "take", List.of(session.substring(10))).expect(200);
            out.write(body);
            out.flush();
            assertThat(in.lines().toList()).anyMatch(line -> line.startsWith("HTTP/1.1 401"));
        }
        assertThat(browser.get(session).expect(200).json().path("turns")).isEmpty();
    }

    @Test
    void a_user_takes_nothing_along_to_another_account() throws IOException {
        TestClient browser = server.signedIn("bob");
        String his = browser.session();
        assertThat(login(browser, "take", List.of(his.substring(10))).expect(200).json().path("left").size())
                .isEqualTo(1);
        browser.get(his).problem(404, "not-found", "");
        server.signedIn("bob").get(his).expect(200);
    }

    @Test
    void a_login_that_does_not_hold_changes_nobody() throws IOException {
        TestClient browser = server.client();
        String session = browser.session();
        HttpCookie before = cookie(browser);
        browser.post("/login", Map.of("user", "alice", "password", "wrong")).problem(401, "unauthenticated", "");
        browser.post("/login", Map.of("user", "nobody", "password", "wrong")).problem(401, "unauthenticated", "");
        browser.post("/login", Map.of("user", "alice", "password", "")).problem(401, "unauthenticated", "");
        browser.post("/login", Map.of("user", "alice")).problem(422, "invalid", "password");
        browser.post("/login", Map.of("password", "x")).problem(422, "invalid", "user");
        login(browser, "role", "admin").problem(422, "invalid", "role");
        login(browser, "take", "all").problem(422, "invalid", "take");
        login(browser, "take", List.of(1)).problem(422, "invalid", "take[0]");
        browser.raw("/login", "{\"user\":\"alice\",\"password\":\"correct horse\",\"take\":[null]}").problem(422,
                "invalid",
                "take");
        login(browser, "take", java.util.Collections.nCopies(201, "x")).problem(422, "invalid", "take");
        browser.post("/login", Map.of("user", "a".repeat(321), "password", "x")).problem(413, "too-large", "user");
        browser.post("/login", Map.of("user", "alice", "password", "x".repeat(1_025))).problem(413, "too-large",
                "password");
        assertThat(cookie(browser).getValue()).isEqualTo(before.getValue());
        browser.get(session).expect(200);
    }

    @Test
    void an_unknown_user_and_a_wrong_password_look_the_same() throws IOException {
        Answer unknown = server.client().post("/login", Map.of("user", "nobody2", "password", "wrong"));
        Answer wrong = server.client().post("/login", Map.of("user", "bob", "password", "wrong"));
        assertThat(unknown.json().path("detail")).isEqualTo(wrong.json().path("detail"));
        assertThat(unknown.status()).isEqualTo(wrong.status());
    }

    @Test
    void guessing_is_slowed_down_however_many_guess_at_once() throws Exception {
        try (var guessed = TestServer.inMemory(new TestApp().app());
                var threads = Executors.newFixedThreadPool(16)) {
            List<Callable<Answer>> guesses = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int n = i;
                guesses.add(() -> guessed.client().post("/login", Map.of("user", "bob", "password", "guess" + n)));
            }
            int checked = 0;
            int refused = 0;
            for (Future<Answer> guess : threads.invokeAll(guesses)) {
                Answer answer = guess.get();
                if (answer.status() == 401) {
                    checked++;
                } else {
                    answer.problem(429, "overloaded", "");
                    assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
                    refused++;
                }
            }
            // Five are free; two are checked at once; each second that passes under way lets one more through.
            assertThat(checked).isGreaterThanOrEqualTo(5).isLessThan(16);
            assertThat(refused).isEqualTo(24 - checked);
            // Another name does not wait.
            assertThat(guessed.signedIn("alice").get("/me").text("user")).isEqualTo("alice");
        }
    }

    @Test
    void whoever_guesses_from_elsewhere_locks_nobody_out_but_cannot_guess_for_ever() throws Exception {
        try (var guessed = TestServer.inMemory(new TestApp().app())) {
            String status = "";
            for (int i = 0; i < 7; i++) {
                status = guess(guessed, "127.0.0.2", "bob", "guess" + i);
            }
            assertThat(status).startsWith("HTTP/1.1 429");
            // From there the right one does not help either: else a guess could be told from a wrong one.
            assertThat(guess(guessed, "127.0.0.2", "bob", TestServer.PASSWORD)).startsWith("HTTP/1.1 429");
            assertThat(guessed.signedIn("bob").get("/me").text("user")).isEqualTo("bob");
            assertThat(guess(guessed, "127.0.0.3", "bob", "guess")).startsWith("HTTP/1.1 401");

            int checked = 0;
            for (int i = 0; i < 110; i++) {
                checked += guess(guessed, "127.0.1." + (i % 100), "alice", "g" + i).startsWith("HTTP/1.1 401") ? 1 : 0;
            }
            // Each second that passes lets one more through.
            assertThat(checked).isBetween(100, 109);
        }
    }

    /** Signs in from another address of this machine; the status line. */
    private static String guess(TestServer guessed, String from, String user, String password) throws IOException {
        byte[] body = ("{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), guessed.uri().getPort(),
                InetAddress.ofLiteral(from), 0)) {
            socket.getOutputStream().write(("POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().findFirst()
                    .orElse("");
        }
    }

    @Test
    void users_of_a_file_sign_in_with_the_hashes_that_other_tools_make(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("users");
        // The bcrypt hash is of crypt_blowfish's test vectors; none has the cost that this library would use itself.
        String argon = Password.hash("argon-secret").addRandomSalt(16)
                .with(Argon2Function.getInstance(1024, 2, 1, 24, Argon2.ID, 19)).getResult();
        Files.writeString(file, """
                # id:hash:name:roles

                bcrypt:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW:Bea Crypt
                apache:$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW::teacher, admin
                perl:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK
                reference:$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc
                argon:%s:Ari:teacher,teacher,
                """.formatted(argon));
        var settings = new ServerSettings("127.0.0.1", 0, Set.of(), folder, folder.resolve("keys"),
                new StoreSettings.Memory(),
                Duration.ofSeconds(15), Duration.ofSeconds(1),
                PasswordUsers.load(file), () -> true, TimeSource.system());
        try (var listed = CarrelServer.start(new TestApp().app(), settings)) {
            var roles = new TestClient(listed.uri()).post("/login", Map.of("user", "apache", "password", "U*U"))
                    .expect(200)
                    .json().path("user");
            assertThat(roles.path("name").asString("")).isEqualTo("apache");
            assertThat(roles.path("roles").valueStream().map(role -> role.asString())).containsExactlyInAnyOrder(
                    "teacher",
                    "admin");
            new TestClient(listed.uri()).post("/login", Map.of("user", "bcrypt", "password", "U*U")).expect(200);
            new TestClient(listed.uri()).post("/login", Map.of("user", "bcrypt", "password", "U*V")).expect(401);
            new TestClient(listed.uri()).post("/login", Map.of("user", "reference", "password", "password"))
                    .expect(200);
            new TestClient(listed.uri()).post("/login", Map.of("user", "perl", "password", "s3cret")).expect(200);
            new TestClient(listed.uri()).post("/login", Map.of("user", "argon", "password", "argon-secret"))
                    .expect(200);
            new TestClient(listed.uri()).post("/login", Map.of("user", "argon", "password", "argon")).expect(401);
            new TestClient(listed.uri()).post("/login", Map.of("user", "argon", "password", "")).expect(401);
        }
    }

    @Test
    void a_cookie_expires_by_the_servers_clock_whatever_the_browser_keeps() {
        var now = new Instant[]{Instant.parse("2026-11-20T10:00:00Z")};
        var time = new TimeSource() {
            @Override
            public Instant now() {
                return now[0];
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public Timer after(Duration delay, Runnable task) {
                return TimeSource.system().after(delay, task);
            }
        };
        var settings = TestServer.settings(Path.of("unused"), "memory");
        settings = new ServerSettings("127.0.0.1", 0, Set.of(), settings.data(), settings.keys(), settings.store(),
                settings.lease(), settings.grace(),
                settings.users(), () -> true, time);
        try (var aging = CarrelServer.start(new TestApp().app(), settings)) {
            var client = new TestClient(aging.uri());
            client.post("/login", Map.of("user", "alice", "password", TestServer.PASSWORD)).expect(200);
            now[0] = now[0].plus(Duration.ofDays(6));
            assertThat(client.get("/me").text("user")).isEqualTo("alice");
            now[0] = now[0].plus(Duration.ofDays(2));
            assertThat(client.get("/me").text("user")).startsWith("visitor:");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
