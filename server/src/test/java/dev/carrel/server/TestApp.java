package dev.carrel.server;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import dev.carrel.app.App;
import dev.carrel.app.Carrel;
import dev.carrel.app.ChatOptions;
import dev.carrel.app.JsonInput;
import dev.carrel.app.Reply;
import dev.carrel.context.Principal;
import dev.carrel.session.Arrival;
import dev.carrel.session.Message;
import dev.carrel.session.Session;
import dev.carrel.session.StateKey;

/** An application that does what the message says: the first word is a command, the second an argument. */
final class TestApp {
    static final StateKey<Integer> COUNT = StateKey.of("count", 0);

    private final ConcurrentHashMap<String, CountDownLatch> gates = new ConcurrentHashMap<>();

    /** A value that JSON cannot hold: it contains itself. */
    static final class Endless {
        public Endless getSelf() {
            return this;
        }
    }

    private record Text(String text) {}

    /** As a page knows how to show one. */
    record Question(String text, List<String> options) {}

    /** The gate of this name, which messages wait at. */
    CountDownLatch gate(String name) {
        return gates.computeIfAbsent(name, key -> new CountDownLatch(1));
    }

    void open(String name) {
        gate(name).countDown();
    }

    App app() {
        return app(Duration.ofMinutes(5), 16);
    }

    App app(Duration turnTime, int openTurns) {
        return app("attacked", turnTime, openTurns);
    }

    App app(String name, Duration turnTime, int openTurns) {
        return Carrel.app(name).limits(new App.Limits(2_000, openTurns, turnTime, 4_096))
                .chat("chat", this::answer)
                .chat("other", (message, reply) -> reply.text("other"))
                .chat("rejecting", this::answer, ChatOptions.DEFAULT.arriving(Arrival.REJECT))
                .chat("interrupting", this::answer, ChatOptions.DEFAULT.arriving(Arrival.INTERRUPT))
                .function("count", input -> Session.current().get(COUNT))
                .function("increment", input -> Session.current().update(COUNT, n -> n + 1))
                .function("forget", input -> {
                    Session.current().remove(COUNT);
                    return null;
                })
                .function("echo", input -> input.as(Text.class))
                .function("nothing", input -> null)
                .function("who", input -> Map.of("user", Principal.current().user(), "session",
                        Session.current().id().text()))
                .function("fail", input -> {
                    Session.current().update(COUNT, n -> n + 100);
                    throw new IllegalStateException(input.as(Text.class).text());
                })
                .function("error", input -> {
                    Session.current().update(COUNT, n -> n + 100);
                    throw new AssertionError(input.as(Text.class).text());
                })
                .function("endless", input -> {
                    Session.current().update(COUNT, n -> n + 100);
                    return new Endless();
                });
    }

    private void answer(Message message, Reply reply) throws Exception {
        String[] words = message.text().split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "count" -> reply.text(Principal.current().user() + " "
                    + Session.current().update(COUNT, n -> n + 1) + " " + rest);
            case "hold" -> {
                Session.current().update(COUNT, n -> n + 1);
                reply.text("held");
                gate(rest).await();
                reply.text(" and let go");
            }
            case "ask" -> {
                reply.text("Well, ");
                for (String question : rest.split("\\|", -1)) {
                    String answer = reply.ask(new Question(question, List.of("yes", "no"))).json();
                    reply.text(question + " " + answer + ". ");
                }
            }
            case "deaf" -> {
                Session.current().update(COUNT, n -> n + 1);
                reply.text("deaf");
                boolean open = false;
                while (!open) {
                    try {
                        gate(rest).await();
                        open = true;
                    } catch (InterruptedException e) {
                        // As code that swallows interrupts does.
                    }
                }
                reply.text(" says this too late");
            }
            case "fail" -> {
                Session.current().update(COUNT, n -> n + 100);
                reply.text("half of an ans");
                throw new IllegalStateException(rest);
            }
            case "overflow" -> throw new StackOverflowError(rest);
            case "pieces" -> {
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    reply.text("<" + i + ">");
                    if (i % 10 == 9) {
                        reply.data("mark", i);
                    }
                }
            }
            case "chars" -> rest.chars().forEach(c -> reply.text(String.valueOf((char) c)));
            case "flood" -> {
                String kilobyte = "x".repeat(1024);
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    reply.text(kilobyte);
                }
            }
            default -> reply.text(new JsonInput("{}").json() + message.text());
        }
    }
}
