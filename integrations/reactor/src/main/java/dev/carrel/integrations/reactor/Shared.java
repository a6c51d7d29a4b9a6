package dev.carrel.integrations.reactor;

import java.util.Set;

import org.reactivestreams.Publisher;

/**
 * Publishers with one subscription above and several subscribers below, which Reactor's automatic propagation runs all in
 * the context of the first. Known by name, since the classes are not public; a new name shows in {@code SharedTest}.
 */
final class Shared {
    private static final Set<String> NAMES = Set.of("FluxRefCount", "FluxRefCountGrace", "FluxAutoConnect",
            "FluxAutoConnectFuseable", "MonoCacheTime", "MonoCacheInvalidateIf", "MonoCacheInvalidateWhen",
            "NextProcessor");
    private static final ClassValue<Boolean> SHARED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getPackageName().equals("reactor.core.publisher") && NAMES.contains(type.getSimpleName());
        }
    };

    private Shared() {}

    static boolean is(Publisher<?> publisher) {
        return SHARED.get(publisher.getClass());
    }
}
