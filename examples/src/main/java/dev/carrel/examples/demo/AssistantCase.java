package dev.carrel.examples.demo;

import java.util.List;

import dev.carrel.examples.demo.Assistant.Recogniser;
import dev.carrel.examples.driver.Case;
import dev.carrel.examples.driver.Crowd;
import dev.carrel.examples.driver.User;

/** Everybody says a word of their own, and then, word for word the same, asks for it. */
public final class AssistantCase implements Case<Assistant> {
    private static final String TELL = "My word is ";

    @Override
    public String title() {
        return "A multi-user demo";
    }

    @Override
    public String origin() {
        return "a Gradio voice assistant";
    }

    @Override
    public Assistant usual(Crowd crowd) {
        return new UsualAssistant(recogniser(crowd), AssistantCase::reply);
    }

    @Override
    public Assistant carrel(Crowd crowd) {
        return new CarrelAssistant(recogniser(crowd), AssistantCase::reply);
    }

    @Override
    public String visit(Assistant program, Crowd crowd, User user) throws InterruptedException {
        Assistant.Page page = program.open(user.id());
        page.speak(TELL + user.word());
        page.speak("What is my word?");
        return page.speak("What is my word?"); // asked again, it comes from the cache
    }

    @Override
    public String asked() {
        return "asked for the word they had said";
    }

    /** A recogniser that takes as long as everybody's audio takes. */
    private static Recogniser recogniser(Crowd crowd) {
        return audio -> {
            crowd.meet();
            return audio;
        };
    }

    /** A model that has read the conversation: to a question it answers with what it was told last. */
    static String reply(List<String> conversation) {
        if (conversation.getLast().startsWith(TELL)) {
            return "I will remember it.";
        }
        return conversation.reversed().stream().filter(line -> line.startsWith(TELL)).findFirst()
                .map(line -> "Your word is " + line.substring(TELL.length())).orElse("You have not told me.");
    }
}
