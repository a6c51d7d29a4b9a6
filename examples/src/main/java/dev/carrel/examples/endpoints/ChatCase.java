package dev.carrel.examples.endpoints;

import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Crowd;
import dev.carrel.examples.driver.User;

/** Everybody picks a course from the menu; when everybody has, everybody asks the chat about it. */
public final class ChatCase implements Case<Chat> {
    @Override
    public String title() {
        return "Chat with custom endpoints";
    }

    @Override
    public String origin() {
        return "Chainlit";
    }

    @Override
    public Chat usual(Crowd crowd) {
        return new UsualChat();
    }

    @Override
    public Chat carrel(Crowd crowd) {
        return new CarrelChat();
    }

    @Override
    public String visit(Chat program, Crowd crowd, User user) throws InterruptedException {
        Chat.Tab tab = program.open(user.id());
        tab.pick("History of " + user.word());
        crowd.meet(); // a request has been answered, the next one is on its way
        return tab.say("When is the exam?");
    }

    @Override
    public String asked() {
        return "picked a course, asked when its exam is,";
    }
}
