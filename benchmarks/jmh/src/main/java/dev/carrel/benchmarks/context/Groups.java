package dev.carrel.benchmarks.context;

import java.util.List;

import dev.carrel.benchmarks.context.Group.Reading;
import dev.carrel.benchmarks.context.Group.Row;

/** All groups, in the order of the report. */
final class Groups {
    static final String CARREL = "**Carrel**";
    static final String SCOPED_VALUE = "raw `ScopedValue`";
    static final String OPEN_TELEMETRY = "OpenTelemetry";
    static final String MICROMETER_FIVE = "Micrometer, 5 accessors";
    static final String UNTRACED = "Carrel, submit without a trace";
    static final String NOTHING = "nothing carried";
    static final String TRANSMITTABLE_FIVE = "TransmittableThreadLocal, 5 variables";

    private static final Row THREAD_LOCAL = new Row("raw `ThreadLocal`", "threadLocal");
    private static final Row SCOPED = new Row(SCOPED_VALUE, "scopedValue");
    private static final Row TELEMETRY = new Row(OPEN_TELEMETRY, "openTelemetry");
    private static final Row GRPC = new Row("gRPC", "grpc");
    private static final Row MICROMETER_1 = new Row("Micrometer, 1 accessor", "micrometerOne");
    private static final Row MICROMETER_5 = new Row(MICROMETER_FIVE, "micrometerFive");
    private static final Row MICROMETER_CLEARING = new Row("Micrometer, 5 accessors, `clearMissing`",
            "micrometerFiveClearing");
    private static final Row TTL_1 = new Row("TransmittableThreadLocal, 1 variable", "transmittableOne");
    private static final Row TTL_5 = new Row(TRANSMITTABLE_FIVE, "transmittableFive");
    private static final Row NOTHING_CARRIED = new Row(NOTHING, "nothing");
    private static final Row REACTOR = new Row("Reactor", "reactor");
    private static final Row US = new Row(CARREL, "carrel");
    private static final List<Integer> SIZES = List.of(4, 16, 48);
    private static final List<Integer> FIVE = List.of(5);

    private Groups() {}

    static List<Group> all() {
        return List.of(
                computing("current", "What is current: the pointer alone", CurrentBenchmark.class, FIVE,
                        new Row("a field (JMH's own loop)", "field"), THREAD_LOCAL, SCOPED, TELEMETRY, GRPC,
                        new Row("TransmittableThreadLocal", "transmittable"), US),
                computing("read", "Read the user by a constant key, five values bound", ReadBenchmark.class, FIVE,
                        THREAD_LOCAL, SCOPED, TELEMETRY, GRPC, new Row(TRANSMITTABLE_FIVE, "transmittable"),
                        new Row("Carrel, on a held context", "carrelHeld"), US),
                computing("held", "`get` on a held context, each key in turn", HeldGetBenchmark.class, SIZES,
                        new Row("an array (taking turns by itself)", "array"), TELEMETRY, GRPC, REACTOR, US),
                computing("get", "`get` through `current()`, each key in turn", CurrentGetBenchmark.class, SIZES,
                        new Row("an array in a `ThreadLocal`", "threadLocal"),
                        new Row("an array in a `ScopedValue`", "scopedValue"), TELEMETRY, GRPC,
                        new Row("TransmittableThreadLocal, a variable each", "transmittable"), US),
                computing("with", "`with`: one value more", WithBenchmark.class, SIZES,
                        new Row("an array, copied", "array"), TELEMETRY, GRPC, REACTOR, US),
                run(),
                computing("wrap", "Wrap and run: capture, wrap a task, run it, which reads the user",
                        WrapBenchmark.class, FIVE, NOTHING_CARRIED, THREAD_LOCAL, SCOPED, TELEMETRY,
                        new Row("OpenTelemetry, another's", "openTelemetryOther"), GRPC, MICROMETER_1, MICROMETER_5,
                        MICROMETER_CLEARING, TTL_1, TTL_5, new Row("Carrel, another's", "carrelOther"), US),
                computing("hop", "Hop: capture and wrap tasks here, run them on another thread, which is at the root",
                        HopBenchmark.class, FIVE, NOTHING_CARRIED, THREAD_LOCAL, SCOPED, TELEMETRY, GRPC, MICROMETER_1,
                        MICROMETER_5, MICROMETER_CLEARING, TTL_1, TTL_5, US),
                submit(), site());
    }

    private static Group computing(String name, String title, Class<?> benchmark, List<Integer> keys, Row... rows) {
        return new Group(name, title, benchmark, true, "keys", keys, Reading.MEASURING_NANOS, List.of(rows));
    }

    /** On threads at the root. */
    private static Group run() {
        return new Group("run", "Run and read: bind, read the user, unbind", RunBenchmark.class, false, "keys", FIVE,
                Reading.MEASURING_NANOS,
                List.of(THREAD_LOCAL, SCOPED, new Row("five raw `ScopedValue`s", "fiveScopedValues"), TELEMETRY, GRPC,
                        new Row("Reactor, a `Mono` made and waited for", "reactor"), MICROMETER_1, MICROMETER_5, TTL_1,
                        TTL_5, US));
    }

    private static Group submit() {
        return new Group("submit", "Submit to a pool of two threads, and get", SubmitBenchmark.class, true, "keys",
                FIVE,
                Reading.PROCESS_MICROS,
                List.of(NOTHING_CARRIED, SCOPED, TELEMETRY, GRPC,
                        new Row("Reactor, `subscribeOn` and `block`", "reactor"), MICROMETER_5, TTL_5, US,
                        new Row("a virtual thread each, nothing carried", "nothingOnVirtualThreads"),
                        new Row("a virtual thread each, Carrel", "carrelOnVirtualThreads"),
                        new Row("Carrel's task pool, without submit-site traces", "taskPool"),
                        new Row("Carrel's task pool", "taskPoolTraced")));
    }

    private static Group site() {
        return new Group("site", "Where a task was submitted: time of the submitting thread", SiteBenchmark.class, true,
                "frames", List.of(10, 50, 200), Reading.MEASURING_NANOS,
                List.of(new Row("`new Throwable()`, by itself", "throwable"),
                        new Row("`StackWalker`, 8 frames, by itself", "stackWalker"),
                        new Row(UNTRACED, "withoutTraces"),
                        US));
    }
}
