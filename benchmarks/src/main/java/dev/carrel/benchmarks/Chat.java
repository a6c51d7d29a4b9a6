package dev.carrel.benchmarks;

import java.util.ArrayDeque;

/**
 * One user's chat with a server. It sends messages one after the other, each with a word that is this chat's alone, and
 * holds every answer against what it must be: the number of the message within the chat, and the message.
 */
abstract class Chat {
    /** Hears how the chat goes. */
    interface Watcher {
        /** It is open and takes messages. */
        void ready(Chat chat);

        /** A turn was answered rightly; times are of {@link System#nanoTime}. */
        void answered(Chat chat, long intended, long first, long last);

        /** What must not be. */
        void wrong(Chat chat, String what);
    }

    private record Asked(String text, long intended) {}

    private final String word;
    private final Watcher watcher;
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
    private final ArrayDeque<Asked> asked = new ArrayDeque<>();
    private final StringBuilder said = new StringBuilder();
    private int sent;
    private int answered;
    private long first;

    Chat(String word, Watcher watcher) {
        this.word = word;
        this.watcher = watcher;
    }

    /** Begins to open it; {@link Watcher#ready} follows. */
    abstract void open();

    /** Whether it can send one more message now. */
    abstract boolean free();

    /** Sends the chat's n-th message. */
    abstract void send(int n, String text);

    /** Lets go of its connections. */
    abstract void close();

    /** Whether answers are counted from 1 and repeat the message; else any answer will do that has something in it. */
    boolean echoes() {
        return true;
    }

    /** What it says in its n-th message. */
    String message(int n) {
        return word + " says " + n;
    }

    /** Sends a message that was meant to be sent at {@code intended}: now, or as soon as the chat can. */
    final void ask(long intended) {
        sent++;
        waiting.addLast(new Asked(message(sent), intended));
        sendWaiting();
    }

    /** To be called when the chat may have become {@link #free}. */
    final void sendWaiting() {
        while (!waiting.isEmpty() && free()) {
            Asked next = waiting.removeFirst();
            asked.addLast(next);
            send(answered + asked.size(), next.text);
        }
    }

    /** How many messages have no answer yet. */
    final int unanswered() {
        return waiting.size() + asked.size();
    }

    final void ready() {
        watcher.ready(this);
    }

    final void wrong(String what) {
        watcher.wrong(this, word + ": " + what);
    }

    /** A piece of the answer to the oldest open message. */
    final void said(String text) {
        if (said.isEmpty()) {
            first = System.nanoTime();
        }
        said.append(text);
    }

    /** Whether something of the answer to the oldest open message has come. */
    final boolean answering() {
        return !said.isEmpty();
    }

    /** The answer to the oldest open message is complete. */
    final void complete() {
        Asked question = asked.pollFirst();
        String answer = said.toString();
        said.setLength(0);
        if (question == null) {
            wrong("an answer to nothing: " + answer);
            return;
        }
        answered++;
        String right = answered + ": " + question.text;
        if (echoes() ? !answer.equals(right) : answer.isBlank()) {
            wrong("expected \"" + right + "\", got \"" + answer + "\"");
            return;
        }
        watcher.answered(this, question.intended, first, System.nanoTime());
        sendWaiting();
    }
}
