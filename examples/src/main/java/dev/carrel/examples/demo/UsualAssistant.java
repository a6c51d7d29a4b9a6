package dev.carrel.examples.demo;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The usual way: what was right for one person at one microphone, in fields. It is thread-safe, and that is all. */
public final class UsualAssistant implements Assistant {
    private final List<String> conversation = new CopyOnWriteArrayList<>();
    // The model is slow and people ask the same things.
    private final Map<String, String> cache = new ConcurrentHashMap<>();

    private final Recogniser recogniser;
    private final Dialogue model;

    public UsualAssistant(Recogniser recogniser, Dialogue model) {
        this.recogniser = recogniser;
        this.model = model;
    }

    @Override
    public Page open(String visitor) {
        return this::turn;
    }

    private String turn(String audio) {
        String text = recogniser.transcribe(audio);
        conversation.add(text);
        return cache.computeIfAbsent(text, _ -> model.reply(conversation));
    }
}
