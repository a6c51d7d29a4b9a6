package dev.carrel.app.engine;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import dev.carrel.app.App;
import dev.carrel.app.ChatHandler;
import dev.carrel.app.ChatOptions;
import dev.carrel.context.Context;
import dev.carrel.error.UnavailableException;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/** Runs what the lanes claim, by the handlers of the application's chats. Thread-safe. */
final class Chats implements Lanes.Runner {
    private final App app;
    private final Map<String, ChatHandler> chats;
    private final Map<String, ChatOptions> options;
    private final Store store;
    private final Turnstiles turnstiles;
    private final TimeSource time;
    private final PrincipalSeal seal;
    private final Surroundings surroundings;
    private final LocalSessions here;
    private final LifeCycle life;

    Chats(App app, Store store, Turnstiles turnstiles, TimeSource time, PrincipalSeal seal, Surroundings surroundings,
            LocalSessions here, LifeCycle life) {
        this.app = app;
        this.chats = app.chats();
        this.options = app.chatOptions();
        this.store = store;
        this.turnstiles = turnstiles;
        this.time = time;
        this.seal = seal;
        this.surroundings = surroundings;
        this.here = here;
        this.life = life;
    }

    /** The chats whose turns may start again. */
    Set<String> restartable() {
        return options.entrySet().stream().filter(it -> it.getValue().mayRestart()).map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** How this chat treats its messages; as any other, if there is none of that name any more. */
    ChatOptions options(String chat) {
        return options.getOrDefault(chat, ChatOptions.DEFAULT);
    }

    private ChatHandler handler(String chat) {
        ChatHandler handler = chats.get(chat);
        if (handler == null) {
            return (message, reply) -> {
                throw new UnavailableException("This server has no chat named \"" + chat + "\" any more.");
            };
        }
        return (message, reply) -> surroundings.bind(Context.current()).<@Nullable Void, Exception>call(() -> {
            handler.answer(message, reply);
            return null;
        });
    }

    @Override
    public TurnRun prepare(Claim claim) {
        return new TurnRun(store, turnstiles, time, seal, claim, options(claim.chat()).mayRestart());
    }

    @Override
    public void run(TurnRun run, Claim claim) {
        LocalSession session = here.enter(claim.turn().session(), claim.owner());
        try {
            run.run(handler(claim.chat()), options(claim.chat()).turnTime().orElse(app.limits().turnTime()), session,
                    who -> life.beforeTurn(session, who));
        } finally {
            session.leave();
        }
    }
}
