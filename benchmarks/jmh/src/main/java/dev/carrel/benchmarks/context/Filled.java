package dev.carrel.benchmarks.context;

import java.util.ArrayList;
import java.util.List;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/**
 * Contexts in which {@link #KEYS} values are bound, one of each library, under keys made in the same order. How many is a
 * system property and no JMH parameter: the thread that a row runs on is started inside the binding, before JMH hands
 * out parameters.
 */
final class Filled {
    /** How many values are bound. */
    static final int KEYS = Integer.getInteger("carrel.benchmark.keys", 5);

    private Filled() {}

    static String value(int i) {
        return i < 5 ? Five.VALUE.at(i) : "value-" + i;
    }

    /** Carrel's. */
    static final class OfCarrel {
        /** One more than is bound. */
        static final List<ContextKey<String>> ALL = keys();
        static final Context CONTEXT = context(ALL.subList(0, KEYS));

        private OfCarrel() {}

        private static List<ContextKey<String>> keys() {
            List<ContextKey<String>> keys = new ArrayList<>();
            for (int i = 0; i <= KEYS; i++) {
                keys.add(ContextKey.of("key-" + i, Kind.TURN));
            }
            return List.copyOf(keys);
        }

        static Context context(List<ContextKey<String>> keys) {
            Context context = Context.root();
            for (int i = 0; i < keys.size(); i++) {
                context = context.with(keys.get(i), value(i));
            }
            return context;
        }
    }

    /** OpenTelemetry's. */
    static final class OfOpenTelemetry {
        static final List<io.opentelemetry.context.ContextKey<String>> ALL = keys();
        static final io.opentelemetry.context.Context CONTEXT = context();

        private OfOpenTelemetry() {}

        private static List<io.opentelemetry.context.ContextKey<String>> keys() {
            List<io.opentelemetry.context.ContextKey<String>> keys = new ArrayList<>();
            for (int i = 0; i <= KEYS; i++) {
                keys.add(io.opentelemetry.context.ContextKey.named("key-" + i));
            }
            return List.copyOf(keys);
        }

        private static io.opentelemetry.context.Context context() {
            io.opentelemetry.context.Context context = io.opentelemetry.context.Context.root();
            for (int i = 0; i < KEYS; i++) {
                context = context.with(ALL.get(i), value(i));
            }
            return context;
        }
    }

    /** gRPC's. */
    static final class OfGrpc {
        static final List<io.grpc.Context.Key<String>> ALL = keys();
        static final io.grpc.Context CONTEXT = context();

        private OfGrpc() {}

        private static List<io.grpc.Context.Key<String>> keys() {
            List<io.grpc.Context.Key<String>> keys = new ArrayList<>();
            for (int i = 0; i <= KEYS; i++) {
                keys.add(io.grpc.Context.key("key-" + i));
            }
            return List.copyOf(keys);
        }

        private static io.grpc.Context context() {
            io.grpc.Context context = io.grpc.Context.ROOT;
            for (int i = 0; i < KEYS; i++) {
                context = context.withValue(ALL.get(i), value(i));
            }
            return context;
        }
    }

    /** Reactor's, which takes any object for a key: strings here, as in its documentation. */
    static final class OfReactor {
        static final List<String> ALL = keys();
        static final reactor.util.context.Context CONTEXT = context();

        private OfReactor() {}

        private static List<String> keys() {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i <= KEYS; i++) {
                keys.add("key-" + i);
            }
            return List.copyOf(keys);
        }

        private static reactor.util.context.Context context() {
            reactor.util.context.Context context = reactor.util.context.Context.empty();
            for (int i = 0; i < KEYS; i++) {
                context = context.put(ALL.get(i), value(i));
            }
            return context;
        }
    }

    /** What one would do by hand: an array, carried by one variable. */
    static final class ByHand {
        static final String[] VALUES = values();
        static final ThreadLocal<String[]> THREAD_LOCAL = new ThreadLocal<>();
        static final ScopedValue<String[]> SCOPED_VALUE = ScopedValue.newInstance();

        private ByHand() {}

        private static String[] values() {
            String[] values = new String[KEYS];
            for (int i = 0; i < KEYS; i++) {
                values[i] = value(i);
            }
            return values;
        }
    }
}
