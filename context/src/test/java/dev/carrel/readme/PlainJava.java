package dev.carrel.readme;

import java.util.Set;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;

final class PlainJava {
    static final ContextKey<String> COURSE = ContextKey.of("course", Kind.SESSION);
    static final Authority LOGIN = Authority.named("login");

    static String answer() {
        return Principal.current().name() + " studies " + Context.current().get(COURSE);
    }

    static String handle() {
        Principal alice = LOGIN.user("school", "alice", "Alice", Set.of());
        return LOGIN.bind(Context.root(), alice).with(COURSE, "chemistry").call(PlainJava::answer);
    }

    private PlainJava() {}
}
