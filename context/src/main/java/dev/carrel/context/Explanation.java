package dev.carrel.context;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.carrel.error.MissingContextException;

/** Says in words what is bound in a context, and why something is not. */
final class Explanation {
    private Explanation() {}

    static MissingContextException missing(Context context, ContextKey<?> key) {
        String where = "\"%s\" was read on thread \"%s\"".formatted(key.name(), Thread.currentThread().getName());
        if (context.isRoot() && context.trail() == null) {
            return new MissingContextException(where + " in the root context: this work was started without one. Hand "
                    + "it over with Context.propagating(executor), Context.virtualThreads() or "
                    + "Context.current().wrap(task).");
        }
        return new MissingContextException(where + ", where " + context + " is bound and this is not: "
                + (key.isIdentity()
                        ? "nobody is signed in here. An Authority binds it, where somebody is authenticated."
                        : "bind it where its " + key.kind() + " begins."));
    }

    static String of(Context context, List<Binding<?>> bindings, @Nullable Trail trail) {
        var text = new StringBuilder("Context on thread \"" + Thread.currentThread().getName() + "\"");
        text.append(context.isRoot() ? ": the root, nothing is bound\n" : "\n");
        for (Binding<?> binding : bindings) {
            describe(text, binding);
        }
        context.deadline().ifPresent(deadline -> text.append("  deadline: ").append(deadline.passed()
                ? "passed"
                : deadline.remaining().toMillis() + " ms from now").append('\n'));
        context.cancellation().reason()
                .ifPresent(reason -> text.append("  no longer wanted: ").append(reason).append('\n'));
        String when = "  came here: ";
        for (Trail step = trail; step != null; step = step.before()) {
            text.append(when).append(step.what());
            when = "  before that: ";
            text.append(step.changes().isEmpty() ? "" : " (" + String.join(", ", step.changes()) + ")").append('\n');
        }
        return text.toString();
    }

    static Map<String, String> loggable(List<Binding<?>> bindings) {
        Map<String, String> texts = new HashMap<>();
        for (Binding<?> binding : bindings) {
            ContextKey<?> key = binding.key();
            if (key.loggable() && texts.put(key.name(), String.valueOf(binding.value())) != null) {
                throw new IllegalStateException("two loggable keys named \"" + key.name() + "\" are bound, one of them "
                        + "declared in " + key.declaredIn()
                        + ", and a log line has one place for both: give one of them "
                        + "another name");
            }
        }
        return Map.copyOf(texts);
    }

    private static void describe(StringBuilder text, Binding<?> binding) {
        ContextKey<?> key = binding.key();
        text.append("  ").append(key.name());
        if (key.loggable()) {
            text.append(" = ").append(binding.value());
        }
        text.append(": of the ").append(key.kind());
        text.append(", bound by ").append(binding.by());
        if (binding.life() != Lifetime.UNBOUNDED) {
            text.append(", ").append(binding.life().ended() ? "ended with " : "lives as long as ")
                    .append(binding.life().label());
        }
        for (Boundary boundary : Boundary.values()) {
            if (key.crossing(boundary) != boundary.standard(key.kind())) {
                text.append(", ").append(boundary).append(' ').append(key.crossing(boundary));
            }
        }
        text.append('\n');
    }
}
