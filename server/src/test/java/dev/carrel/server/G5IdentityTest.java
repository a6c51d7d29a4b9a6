package dev.carrel.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import dev.carrel.keys.KeyRing;

import static org.assertj.core.api.Assertions.assertThat;

/** G5: identity comes only from an authority. Nothing that a client, a model or a peer sends can set or replace it. */
@SuppressWarnings("NullAway.Init")
class G5IdentityTest {
    private static TestServer server;
    private static TestClient alice;

    @BeforeAll
    static void start() {
        server = TestServer.inMemory(new TestApp().app());
        alice = server.signedIn("alice");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawHttp me(String headers) throws IOException {
        return RawHttp.send(server.uri(), "GET /me HTTP/1.1\nHost: localhost\n" + headers + "Connection: close\n\n");
    }

    private static void isAStranger(String cookie) throws IOException {
        RawHttp answer = me("Cookie: " + cookie + "\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).as(cookie).contains("\"anonymous\":true").doesNotContain("alice");
        assertThat(answer.header("Set-Cookie")).isNotEmpty();
    }

    @Test
    void the_cookie_is_who_one_is() throws IOException {
        assertThat(me("Cookie: " + alice.cookie() + "\n").body()).contains("\"user\":\"alice\"");
    }

    @Test
    void a_forged_cookie_is_nobodys() throws IOException {
        String cookie = alice.cookie();
        String name = cookie.substring(0, cookie.indexOf('='));
        String[] parts = cookie.substring(cookie.indexOf('=') + 1).split("\\.");
        // The true one was seen just before: what is remembered of it says nothing of one that is like it.
        assertThat(me("Cookie: " + cookie + "\n").body()).contains("\"user\":\"alice\"");
        String text = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        for (String forged : List.of(text.replace("alice", "bob"), text.replace("false", "true"),
                text.replaceAll("\"expires\":\\d+", "\"expires\":99999999999"), text + " ", "{}", "null", "")) {
            String body = Base64.getUrlEncoder().withoutPadding()
                    .encodeToString(forged.getBytes(StandardCharsets.UTF_8));
            isAStranger(name + "=" + parts[0] + "." + body + "." + parts[2]);
        }
        String turned = (parts[2].charAt(0) == 'A' ? 'B' : 'A') + parts[2].substring(1);
        for (String value : List.of(parts[0] + "." + parts[1] + "." + turned, parts[0] + "." + parts[1] + ".",
                parts[0] + "." + parts[1], parts[1] + "." + parts[2], parts[0] + "x." + parts[1] + "." + parts[2],
                parts[0] + "." + parts[1] + "." + parts[2].substring(0, 10), "." + parts[1] + "." + parts[2],
                String.join(".", parts) + ".", "", "alice", "%00", "\"" + text.replace("\"", "") + "\"", "....",
                "a.b.c",
                "a.\u00e4.c")) {
            isAStranger(name + "=" + value);
        }
    }

    @Test
    void a_cookie_of_other_keys_or_for_another_purpose_is_nobodys() throws IOException {
        String cookie = alice.cookie();
        String name = cookie.substring(0, cookie.indexOf('='));
        String text = new String(Base64.getUrlDecoder().decode(cookie.split("\\.", -1)[1]), StandardCharsets.UTF_8);
        isAStranger(name + "=" + KeyRing.random().sign("cookie", text));
        try (var other = TestServer.inMemory(new TestApp().app())) {
            String theirs = other.signedIn("alice").cookie();
            isAStranger(name + theirs.substring(theirs.indexOf('=')));
            isAStranger(theirs);
        }
    }

    @Test
    void what_a_turn_is_sealed_with_is_no_cookie() {
        KeyRing keys = KeyRing.random();
        String sealed = keys.sign("turn principal", "{}");
        assertThat(keys.verify("cookie", sealed)).isEmpty();
        assertThat(keys.verify("turn principal", sealed)).contains("{}");
    }

    @Test
    void a_header_says_nothing_of_who_is_asking() throws IOException {
        RawHttp answer = me(
                """
                        Cookie: carrel=alice; user=alice
                        X-Forwarded-User: alice
                        Remote-User: alice
                        X-User: alice
                        Authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==
                        X-Carrel-Principal: alice
                        """);
        assertThat(answer.body()).contains("\"anonymous\":true").doesNotContain("alice");
    }

    @Test
    void a_planted_cookie_of_the_same_name_does_not_shut_out_the_true_one() throws IOException {
        String name = alice.cookie().substring(0, alice.cookie().indexOf('='));
        assertThat(me("Cookie: " + name + "=planted; " + alice.cookie() + "\n").body()).contains("\"user\":\"alice\"");
    }

    @Test
    void what_a_message_or_a_function_says_changes_nobody() throws IOException {
        String session = alice.session();
        var events = alice.ask(session, "count user=bob {\"user\":\"bob\"}");
        assertThat(events.get(2).text("text")).startsWith("alice 1");
        assertThat(alice.raw(session + "/functions/who?user=bob", "{\"user\": \"bob\"}").expect(200).text("user"))
                .isEqualTo("alice");
    }

    @Test
    void the_cookie_is_for_this_server_only_and_for_no_script() throws IOException {
        for (RawHttp answer : List.of(me(""),
                RawHttp.send(server.uri(), "POST /login HTTP/1.1\nHost: localhost\nContent-Type: application/json\n"
                        + "Content-Length: 45\nConnection: close\n\n{\"user\": \"alice\",\"password\":\"correct horse\"}  "),
                RawHttp.send(server.uri(), "POST /logout HTTP/1.1\nHost: localhost\nConnection: close\n\n"))) {
            assertThat(answer.status()).isIn(200, 204);
            // One cookie and no more: two of one name would leave the choice to the client.
            assertThat(answer.header("Set-Cookie")).doesNotContain("|").contains("HttpOnly").contains("SameSite=Lax")
                    .contains("Path=/").contains("Max-Age=").doesNotContain("Domain");
        }
    }

    @Test
    void the_credential_is_as_the_server_made_it_whoever_signs_in() throws IOException {
        // Session fixation: a cookie that somebody planted before the sign-in opens nothing after it.
        TestClient attacker = server.client();
        attacker.get("/me").expect(200);
        TestClient victim = server.client();
        victim.cookies.getCookieStore().add(server.uri(), attacker.cookies.getCookieStore().getCookies().getFirst());
        victim.post("/login", Map.of("user", "alice", "password", TestServer.PASSWORD)).expect(200);
        assertThat(attacker.get("/me").text("user")).startsWith("visitor:");
    }
}
