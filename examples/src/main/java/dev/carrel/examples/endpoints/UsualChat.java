package dev.carrel.examples.endpoints;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/** The usual way: the endpoint stores in the HTTP session; the chat handler reads its own, that of the WebSocket. */
public final class UsualChat implements Chat {
    // As servlets do it: HttpSession.setAttribute, found by the cookie.
    private final Map<String, Map<String, String>> httpSessions = new ConcurrentHashMap<>();
    // As WebSockets do it: Session.getUserProperties, found by the connection.
    private final Map<String, Map<String, String>> chatSessions = new ConcurrentHashMap<>();

    @Override
    public Tab open(String user) {
        String cookie = "JSESSIONID-" + user;
        String connection = UUID.randomUUID().toString();
        return new Tab() {
            @Override
            public void pick(String course) {
                postCourse(cookie, course);
            }

            @Override
            public String say(String message) {
                return onMessage(connection, message);
            }
        };
    }

    private void postCourse(String cookie, String course) {
        session(httpSessions, cookie).put("course", course);
    }

    private String onMessage(String connection, String message) {
        @Nullable
        String course = session(chatSessions, connection).get("course");
        return course == null ? "Which course are you taking?" : "About " + course + ": " + message;
    }

    private static Map<String, String> session(Map<String, Map<String, String>> sessions, String id) {
        return sessions.computeIfAbsent(id, _ -> new ConcurrentHashMap<>());
    }
}
