package dev.carrel.benchmarks.context;

import java.util.ArrayList;
import java.util.List;

import com.alibaba.ttl.TransmittableThreadLocal;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What the thread-local peers carry, set on each measuring thread: JMH makes an object of {@code Scope.Thread} on the
 * thread that uses it. Nothing is taken back at the end, for the thread does nothing else.
 */
public final class Peers {
    private Peers() {}

    /** Micrometer's registry with an accessor for each of its thread-locals. The user is one of them. */
    abstract static class Micrometer {
        static final ThreadLocal<String> USER = new ThreadLocal<>();
        final ContextSnapshotFactory snapshots;
        private final List<ThreadLocal<String>> variables = new ArrayList<>();

        Micrometer(int accessors, boolean clearMissing) {
            ContextRegistry registry = new ContextRegistry();
            for (int i = 0; i < accessors; i++) {
                ThreadLocal<String> variable = i == 0 ? USER : new ThreadLocal<>();
                variable.set(Filled.value(i));
                registry.registerThreadLocalAccessor("key-" + i, variable);
                variables.add(variable);
            }
            snapshots = ContextSnapshotFactory.builder().contextRegistry(registry).clearMissing(clearMissing).build();
        }

        /** What is set, which then is not any more: what a worker gets that had nothing. */
        final ContextSnapshot take() {
            ContextSnapshot taken = snapshots.captureAll();
            variables.forEach(ThreadLocal::remove);
            return taken;
        }
    }

    /** With one value. */
    @State(Scope.Thread)
    public static class MicrometerOne extends Micrometer {
        /** Called by JMH. */
        public MicrometerOne() {
            super(1, false);
        }
    }

    /** With five. */
    @State(Scope.Thread)
    public static class MicrometerFive extends Micrometer {
        /** Called by JMH. */
        public MicrometerFive() {
            super(5, false);
        }
    }

    /** With five, and told to clear what the worker had and the task has not: as Carrel does, and Reactor asks for. */
    @State(Scope.Thread)
    public static class MicrometerFiveClearing extends Micrometer {
        /** Called by JMH. */
        public MicrometerFiveClearing() {
            super(5, true);
        }
    }

    /** TransmittableThreadLocals. The user is one of them. */
    abstract static class Ttl {
        static final TransmittableThreadLocal<String> USER = new TransmittableThreadLocal<>();
        final List<TransmittableThreadLocal<String>> variables = new ArrayList<>();

        Ttl(int count) {
            for (int i = 0; i < count; i++) {
                TransmittableThreadLocal<String> variable = i == 0 ? USER : new TransmittableThreadLocal<>();
                variable.set(Filled.value(i));
                variables.add(variable);
            }
        }

        /** What is set, which then is not any more: what a worker gets that had nothing. */
        final Object take() {
            Object taken = TransmittableThreadLocal.Transmitter.capture();
            variables.forEach(TransmittableThreadLocal::remove);
            return taken;
        }
    }

    /** With one value. */
    @State(Scope.Thread)
    public static class TtlOne extends Ttl {
        /** Called by JMH. */
        public TtlOne() {
            super(1);
        }
    }

    /** With five. */
    @State(Scope.Thread)
    public static class TtlFive extends Ttl {
        /** Called by JMH. */
        public TtlFive() {
            super(5);
        }
    }

    /** With as many as the contexts have. */
    @State(Scope.Thread)
    public static class TtlFilled extends Ttl {
        /** Called by JMH. */
        public TtlFilled() {
            super(Filled.KEYS);
        }
    }

    /** OpenTelemetry's context, current on the thread. */
    @State(Scope.Thread)
    public static class OpenTelemetryCurrent {
        /** Called by JMH. */
        @SuppressWarnings({"MustBeClosedChecker", "this-escape"})
        public OpenTelemetryCurrent() {
            Filled.OfOpenTelemetry.CONTEXT.makeCurrent();
        }
    }

    /** gRPC's context, current on the thread. */
    @State(Scope.Thread)
    public static class GrpcCurrent {
        /** Called by JMH. */
        public GrpcCurrent() {
            io.grpc.Context unused = Filled.OfGrpc.CONTEXT.attach();
        }
    }

    /** The record and the array, in a raw thread-local each. */
    @State(Scope.Thread)
    public static class ThreadLocalsSet {
        /** Called by JMH. */
        public ThreadLocalsSet() {
            Five.THREAD_LOCAL.set(Five.VALUE);
            Filled.ByHand.THREAD_LOCAL.set(Filled.ByHand.VALUES);
        }
    }
}
