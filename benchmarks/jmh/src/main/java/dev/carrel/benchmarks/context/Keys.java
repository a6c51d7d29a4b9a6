package dev.carrel.benchmarks.context;

import dev.carrel.context.ContextKey;

/** The key of the user, which is the second of five, as a constant of each library: as applications declare keys. */
final class Keys {
    static final ContextKey<String> CARREL = Filled.OfCarrel.ALL.get(1);
    static final io.opentelemetry.context.ContextKey<String> OPEN_TELEMETRY = Filled.OfOpenTelemetry.ALL.get(1);
    static final io.grpc.Context.Key<String> GRPC = Filled.OfGrpc.ALL.get(1);
    static final String REACTOR = Filled.OfReactor.ALL.get(1);

    private Keys() {}
}
