package dev.carrel.concurrent;

import java.util.Set;
import java.util.concurrent.Callable;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;

/** Two users, whose work must not meet. */
public final class Two {
    private static final Authority AUTHORITY = Authority.named("test");

    public static final Principal ALICE = AUTHORITY.user("school", "alice", "Alice", Set.of());
    public static final Principal BOB = AUTHORITY.user("school", "bob", "Bob", Set.of());
    public static final Context AS_ALICE = AUTHORITY.bind(Context.root(), ALICE);
    public static final Context AS_BOB = AUTHORITY.bind(Context.root(), BOB);

    private Two() {}

    /** The name of who is asking here; a lost one is to be found missing, not to break off. */
    public static String who() {
        return Principal.find().map(Principal::user).orElse("nobody");
    }

    /** As Alice, what {@code body} answers. */
    public static <T> T asAlice(Callable<T> body) throws Exception {
        return AS_ALICE.call(body::call);
    }

    /** As Bob, on a thread of his own; returns when it is done. */
    public static void bobDoes(Runnable body) throws InterruptedException {
        Thread bob = Thread.ofPlatform().name("bob").start(AS_BOB.wrap(body));
        bob.join();
    }
}
