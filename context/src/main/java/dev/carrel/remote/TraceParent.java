package dev.carrel.remote;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.carrel.context.Boundary;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Kind;

/**
 * The trace that the running work is part of, and its own place there: what the header {@code traceparent} says (W3C
 * Trace Context, version 00). It is for telling logs and spans of several services together. Anybody may send one, so it
 * says nothing about who is asking. {@code tracestate} is not carried; a tracing library's own propagation does that.
 * Immutable and thread-safe.
 *
 * @param traceId of the whole trace: 32 digits in lower-case hexadecimal, not all zero
 * @param spanId of this part of it: 16 such digits, not all zero
 * @param sampled whether the caller may have recorded it
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {
    /** The name of the header. */
    public static final String HEADER = "traceparent";

    /** The trace of the running work. Bound by {@link ContextCodec#extract}, or where a trace begins; ends with the request. */
    public static final ContextKey<TraceParent> KEY = ContextKey
            .<TraceParent>builder("traceparent", Kind.REQUEST).loggable()
            .crossing(Boundary.DETACHED, Crossing.share()).build();

    /** Later versions may say more after a further dash; these four fields stay (section 4.3 of the specification). */
    private static final Pattern FORM = Pattern
            .compile("(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
    private static final Pattern TRACE = Pattern.compile("(?!0{32})[0-9a-f]{32}");
    private static final Pattern SPAN = Pattern.compile("(?!0{16})[0-9a-f]{16}");
    private static final int LONGEST = 512;

    /**
     * With these ids.
     *
     * @throws IllegalArgumentException if one of them is none
     */
    public TraceParent {
        if (!TRACE.matcher(traceId).matches() || !SPAN.matcher(spanId).matches()) {
            throw new IllegalArgumentException("a trace id is 32 digits in lower-case hexadecimal, a span id 16, and "
                    + "neither is all zero");
        }
    }

    /** A new trace with random ids. */
    public static TraceParent start(boolean sampled) {
        return new TraceParent(random() + random(), random(), sampled);
    }

    /** The same trace, and a new random span id: for work that the holder of this one causes. */
    public TraceParent next() {
        return new TraceParent(traceId, random(), sampled);
    }

    /** Reads a header's value; empty if it is not one, and then the specification has it ignored as a whole. */
    public static Optional<TraceParent> parse(String header) {
        Matcher found = FORM.matcher(header);
        if (header.length() > LONGEST || !found.matches()
                || (found.group(1).equals("00") && found.group(5) != null)) {
            return Optional.empty();
        }
        String trace = found.group(2);
        String span = found.group(3);
        return TRACE.matcher(trace).matches() && SPAN.matcher(span).matches()
                ? Optional.of(new TraceParent(trace, span, (HexFormat.fromHexDigits(found.group(4)) & 1) != 0))
                : Optional.empty();
    }

    /** The header's value. */
    public String header() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    /** 16 digits, not all zero. Ids need to differ, not to be secret. */
    private static String random() {
        long bits;
        do {
            bits = ThreadLocalRandom.current().nextLong();
        } while (bits == 0);
        return HexFormat.of().toHexDigits(bits);
    }
}
