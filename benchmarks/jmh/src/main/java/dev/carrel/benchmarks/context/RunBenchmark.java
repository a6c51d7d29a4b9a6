package dev.carrel.benchmarks.context;

import com.alibaba.ttl.TransmittableThreadLocal;
import io.micrometer.context.ContextSnapshot;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;

import dev.carrel.context.Context;

/** Bind what is at hand, read the user, unbind: on a thread where nothing was bound, as a pool's worker. */
@State(org.openjdk.jmh.annotations.Scope.Thread)
@SuppressWarnings("this-escape")
public class RunBenchmark {
    private static final ScopedValue<String> TENANT = ScopedValue.newInstance();
    private static final ScopedValue<String> USER = ScopedValue.newInstance();
    private static final ScopedValue<String> SESSION = ScopedValue.newInstance();
    private static final ScopedValue<String> TURN = ScopedValue.newInstance();
    private static final ScopedValue<String> REQUEST = ScopedValue.newInstance();

    private final Five five = Five.VALUE;
    private final io.opentelemetry.context.Context openTelemetry = Filled.OfOpenTelemetry.CONTEXT;
    private final io.grpc.Context grpc = Filled.OfGrpc.CONTEXT;
    private final reactor.util.context.Context reactor = Filled.OfReactor.CONTEXT;
    private final Context carrel = Filled.OfCarrel.CONTEXT;

    @Benchmark
    public String threadLocal() {
        Five.THREAD_LOCAL.set(five);
        try {
            return Five.THREAD_LOCAL.get().user();
        } finally {
            Five.THREAD_LOCAL.remove();
        }
    }

    @Benchmark
    public String scopedValue() {
        return ScopedValue.where(Five.SCOPED_VALUE, five).call(() -> Five.SCOPED_VALUE.get().user());
    }

    @Benchmark
    public String fiveScopedValues() {
        return ScopedValue.where(TENANT, five.tenant()).where(USER, five.user()).where(SESSION, five.session())
                .where(TURN, five.turn()).where(REQUEST, five.request()).call(USER::get);
    }

    @Benchmark
    public @Nullable String openTelemetry() {
        try (Scope _ = openTelemetry.makeCurrent()) {
            return io.opentelemetry.context.Context.current().get(Keys.OPEN_TELEMETRY);
        }
    }

    @Benchmark
    public String grpc() {
        io.grpc.Context before = grpc.attach();
        try {
            return Keys.GRPC.get();
        } finally {
            grpc.detach(before);
        }
    }

    /** The nearest thing: a publisher assembled, subscribed to with the context, and waited for. */
    @Benchmark
    public @Nullable String reactor() {
        return Mono.deferContextual(view -> Mono.just(view.<String>get(Keys.REACTOR))).contextWrite(reactor).block();
    }

    /** What Micrometer took from where one value was set. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class MicrometerOneTaken extends Peers.MicrometerOne {
        final ContextSnapshot taken = take();
    }

    /** What Micrometer took from where five values were set. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class MicrometerFiveTaken extends Peers.MicrometerFive {
        final ContextSnapshot taken = take();
    }

    /** What TransmittableThreadLocal took from where one value was set. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class TtlOneTaken extends Peers.TtlOne {
        final Object taken = take();
    }

    /** What TransmittableThreadLocal took from where five values were set. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    public static class TtlFiveTaken extends Peers.TtlFive {
        final Object taken = take();
    }

    @Benchmark
    public String micrometerOne(MicrometerOneTaken peer) {
        return micrometer(peer.taken);
    }

    @Benchmark
    public String micrometerFive(MicrometerFiveTaken peer) {
        return micrometer(peer.taken);
    }

    private static String micrometer(ContextSnapshot snapshot) {
        try (ContextSnapshot.Scope _ = snapshot.setThreadLocals()) {
            return Peers.Micrometer.USER.get();
        }
    }

    @Benchmark
    public String transmittableOne(TtlOneTaken peer) {
        return transmittable(peer.taken);
    }

    @Benchmark
    public String transmittableFive(TtlFiveTaken peer) {
        return transmittable(peer.taken);
    }

    private static String transmittable(Object captured) {
        Object before = TransmittableThreadLocal.Transmitter.replay(captured);
        try {
            return Peers.Ttl.USER.get();
        } finally {
            TransmittableThreadLocal.Transmitter.restore(before);
        }
    }

    @Benchmark
    public String carrel() {
        return carrel.call(() -> Context.current().get(Keys.CARREL));
    }
}
