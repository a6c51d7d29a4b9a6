package dev.carrel.benchmarks.memory;

import java.util.List;
import java.util.stream.Stream;

import com.alibaba.ttl.TransmittableThreadLocal;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;

/** A way to carry five values into a thread that then waits. What is carried is the thread's own, as a user's is. */
enum Way {
    NOTHING("nothing") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            wait.run();
            return null;
        }
    },
    THREAD_LOCAL("a record of five in one `ThreadLocal`") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            Variables.RECORD.set(Values.own());
            Object read = Variables.RECORD.get();
            wait.run();
            return read;
        }
    },
    FIVE_THREAD_LOCALS("five `ThreadLocal`s (what Micrometer sets)") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            for (int i = 0; i < 5; i++) {
                Variables.FIVE.get(i).set(Values.ALL.get(i));
            }
            Object read = Variables.FIVE.get(1).get();
            wait.run();
            return read;
        }
    },
    FIVE_TRANSMITTABLE("five `TransmittableThreadLocal`s") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            for (int i = 0; i < 5; i++) {
                Transmittable.FIVE.get(i).set(Values.ALL.get(i));
            }
            Object read = Transmittable.FIVE.get(1).get();
            wait.run();
            return read;
        }
    },
    TWENTY_INHERITED("twenty `InheritableThreadLocal`s, inherited") {
        @Override
        void prepare() {
            Inherited.TWENTY.forEach(variable -> variable.set("inherited"));
        }

        @Override
        @Nullable
        Object during(Runnable wait) {
            Object read = Inherited.TWENTY.get(1).get();
            wait.run();
            return read;
        }
    },
    SCOPED_VALUE("a record of five in one `ScopedValue`") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            return ScopedValue.where(Variables.SCOPED, Values.own()).call(() -> {
                Object read = Variables.SCOPED.get();
                wait.run();
                return read;
            });
        }
    },
    OPEN_TELEMETRY("OpenTelemetry, five values") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            io.opentelemetry.context.Context context = io.opentelemetry.context.Context.root();
            for (int i = 0; i < 5; i++) {
                context = context.with(Telemetry.KEYS.get(i), Values.ALL.get(i));
            }
            try (Scope _ = context.makeCurrent()) {
                Object read = io.opentelemetry.context.Context.current().get(Telemetry.KEYS.get(1));
                wait.run();
                return read;
            }
        }
    },
    GRPC("gRPC, five values") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            io.grpc.Context context = io.grpc.Context.ROOT;
            for (int i = 0; i < 5; i++) {
                context = context.withValue(Grpc.KEYS.get(i), Values.ALL.get(i));
            }
            io.grpc.Context before = context.attach();
            try {
                Object read = Grpc.KEYS.get(1).get();
                wait.run();
                return read;
            } finally {
                context.detach(before);
            }
        }
    },
    CARREL("**Carrel**, five values") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            Context context = Context.root();
            for (int i = 0; i < 5; i++) {
                context = context.with(Carrel.KEYS.get(i), Values.ALL.get(i));
            }
            return context.call(() -> Carrel.read(wait));
        }
    },
    CARREL_SHARED("Carrel, a context that its creator holds anyway") {
        @Override
        @Nullable
        Object during(Runnable wait) {
            return Carrel.SHARED.call(() -> Carrel.read(wait));
        }
    },
    CARREL_WITHOUT_CACHE("the same, with `-Djdk.preserveScopedValueCache=false`") {
        @Override
        List<String> options() {
            return List.of("-Djdk.preserveScopedValueCache=false");
        }

        @Override
        @Nullable
        Object during(Runnable wait) {
            return CARREL_SHARED.during(wait);
        }
    };

    private final String label;

    Way(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** What the JVM is told. */
    List<String> options() {
        return List.of();
    }

    /** Once, on the thread that starts the others. */
    void prepare() {}

    /** Binds, reads one value, waits, and returns what was read, so that the reading is no dead code. */
    abstract @Nullable Object during(Runnable wait);

    /** The values themselves are shared, so that what is counted is what carries them. */
    private record Values(String tenant, String user, String session, String turn, String request) {
        static final List<String> ALL = List.of("tenant", "user", "session", "turn", "request");

        static Values own() {
            return new Values(ALL.get(0), ALL.get(1), ALL.get(2), ALL.get(3), ALL.get(4));
        }
    }

    // A class for each, so that a process makes the variables of its own way only.

    private static final class Variables {
        static final ThreadLocal<Values> RECORD = new ThreadLocal<>();
        static final List<ThreadLocal<String>> FIVE = Stream.generate(ThreadLocal<String>::new).limit(5).toList();
        static final ScopedValue<Values> SCOPED = ScopedValue.newInstance();
    }

    private static final class Transmittable {
        static final List<TransmittableThreadLocal<String>> FIVE = Stream
                .generate(TransmittableThreadLocal<String>::new).limit(5).toList();
    }

    private static final class Inherited {
        static final List<InheritableThreadLocal<String>> TWENTY = Stream.generate(InheritableThreadLocal<String>::new)
                .limit(20).toList();
    }

    private static final class Telemetry {
        static final List<io.opentelemetry.context.ContextKey<String>> KEYS = Values.ALL.stream()
                .map(name -> io.opentelemetry.context.ContextKey.<String>named(name)).toList();
    }

    private static final class Grpc {
        static final List<io.grpc.Context.Key<String>> KEYS = Values.ALL.stream()
                .map(name -> io.grpc.Context.<String>key(name)).toList();
    }

    private static final class Carrel {
        static final List<ContextKey<String>> KEYS = Values.ALL.stream()
                .map(name -> ContextKey.<String>of(name, Kind.TURN)).toList();
        static final Context SHARED = shared();

        private static Context shared() {
            Context context = Context.root();
            for (int i = 0; i < 5; i++) {
                context = context.with(KEYS.get(i), Values.ALL.get(i));
            }
            return context;
        }

        static Object read(Runnable wait) {
            Object read = Context.current().get(KEYS.get(1));
            wait.run();
            return read;
        }
    }
}
