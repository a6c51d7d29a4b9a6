package dev.carrel.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A chat with Chainlit, as its own page has it: engine.io 4 and socket.io 5 over one WebSocket. The same work as Carrel's
 * echo, see {@code benchmarks/peers/echo_chainlit.py}.
 */
final class ChainlitChat extends Chat {
    private final EventLoop loop;
    private final String id = UUID.randomUUID().toString();
    private @Nullable WebSocket socket;
    private int ends;
    private boolean busy;

    private ChainlitChat(EventLoop loop, String word, Watcher watcher) {
        super(word, watcher);
        this.loop = loop;
    }

    static Server server() {
        return new Server() {
            @Override
            public String name() {
                return "Chainlit";
            }

            @Override
            public ServerProcess start(Path folder) throws IOException {
                Path peers = Path.of(System.getProperty("carrel.home", ""), "benchmarks", "peers");
                return ServerProcess.start(List.of(peers.resolve("chainlit").toString()), Map.of(), folder);
            }

            @Override
            public Chat chat(EventLoop loop, String word, Watcher watcher) {
                return new ChainlitChat(loop, word, watcher);
            }
        };
    }

    @Override
    void open() {
        socket = new WebSocket(loop, "/ws/socket.io/?EIO=4&transport=websocket", "", this::packet, this::wrong);
    }

    @Override
    boolean free() {
        return !busy;
    }

    @Override
    void send(int n, String text) {
        busy = true;
        emit("[\"client_message\",{\"message\":{\"threadId\":\"\",\"id\":\"" + UUID.randomUUID()
                + "\",\"name\":\"user\",\"type\":\"user_message\",\"output\":\"" + text
                + "\",\"createdAt\":\"2026-11-20T10:00:00.000Z\"},\"fileReferences\":[]}]");
    }

    private void emit(String event) {
        if (socket != null) {
            socket.send("42" + event);
        }
    }

    /** A packet of engine.io: its type, then that of socket.io, then JSON. */
    private void packet(String text) {
        if (text.startsWith("0")) {
            socketSend("40{\"clientType\":\"webapp\",\"sessionId\":\"" + id
                    + "\",\"threadId\":\"\",\"userEnv\":\"{}\",\"chatProfile\":\"\"}");
        } else if (text.equals("2")) {
            socketSend("3");
        } else if (text.startsWith("40")) {
            emit("[\"connection_successful\"]");
        } else if (text.startsWith("44")) {
            wrong(text);
        } else if (text.startsWith("42[\"new_message\"") && text.contains("\"type\":\"assistant_message\"")) {
            int from = text.indexOf("\"output\":\"") + 10;
            String said = text.substring(from, text.indexOf('"', from));
            said(said);
        } else if (text.startsWith("42[\"task_end\"")) {
            // The first two are of the connection and of the chat's start; an answer may be followed by more than one.
            ends++;
            if (ends == 2) {
                ready();
            } else if (answering()) {
                busy = false;
                complete();
            }
        }
    }

    private void socketSend(String text) {
        if (socket != null) {
            socket.send(text);
        }
    }

    @Override
    void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
