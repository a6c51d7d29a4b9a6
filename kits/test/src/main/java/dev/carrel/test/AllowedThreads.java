package dev.carrel.test;

import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** What {@link MayLeave} says on a test, its class and the classes around that. */
record AllowedThreads(List<Pattern> names) {
    static AllowedThreads of(ExtensionContext context) {
        List<Pattern> names = new ArrayList<>();
        context.getElement().filter(element -> !(element instanceof Class<?>))
                .ifPresent(method -> add(method, names));
        for (Class<?> type = context.getTestClass().orElse(null); type != null; type = type.getEnclosingClass()) {
            add(type, names);
        }
        return new AllowedThreads(names);
    }

    private static void add(AnnotatedElement element, List<Pattern> names) {
        AnnotationSupport.findAnnotation(element, MayLeave.class).ifPresent(found -> {
            for (String expression : found.threads()) {
                names.add(Pattern.compile(expression));
            }
        });
    }

    boolean allow(String thread) {
        return names.stream().anyMatch(name -> name.matcher(thread).matches());
    }
}
