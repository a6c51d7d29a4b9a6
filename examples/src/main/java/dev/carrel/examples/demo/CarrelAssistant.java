package dev.carrel.examples.demo;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import dev.carrel.app.Carrel;
import dev.carrel.app.Reply;
import dev.carrel.examples.edge.Edge;
import dev.carrel.id.SessionId;
import dev.carrel.session.Message;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** Carrel's way: a conversation is state of its session, and what was made from it is cached for that session. */
public final class CarrelAssistant implements Assistant {
    private static final StateKey<Conversation> CONVERSATION = StateKey.of("conversation", new Conversation(List.of()));

    private record Conversation(List<String> lines) {
        Conversation and(String line) {
            return new Conversation(Stream.concat(lines.stream(), Stream.of(line)).toList());
        }
    }

    /** The cache is shared by everybody; a key that names its session is not. */
    private record Asked(SessionId session, String text) {}

    private final Map<Asked, String> cache = new ConcurrentHashMap<>();

    private final Recogniser recogniser;
    private final Dialogue model;
    private final Edge edge;

    public CarrelAssistant(Recogniser recogniser, Dialogue model) {
        this.recogniser = recogniser;
        this.model = model;
        this.edge = new Edge(Carrel.app("assistant").chat("voice", this::turn));
    }

    @Override
    public Page open(String visitor) {
        return edge.open(visitor)::say;
    }

    private void turn(Message audio, Reply reply) {
        Session session = Session.current();
        String text = recogniser.transcribe(audio.text());
        List<String> lines = session.update(CONVERSATION, conversation -> conversation.and(text)).lines();
        reply.text(cache.computeIfAbsent(new Asked(session.id(), text), _ -> model.reply(lines)));
    }

    @Override
    public void close() {
        edge.close();
    }
}
