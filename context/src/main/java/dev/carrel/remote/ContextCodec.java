package dev.carrel.remote;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Deadline;
import dev.carrel.context.Principal;
import dev.carrel.keys.KeyRing;
import dev.carrel.time.TimeSource;

/**
 * Takes a context to another process of the same installation: the keys that are allowed, as one signed header. Both
 * sides hold the same {@link KeyRing} and declare a codec for the same audience, which is the service that reads.
 *
 * {@snippet :
 * var codec = ContextCodec.builder(keys, Authority.named("signed by a peer"), "grader")
 *         .principal().allow(RequestId.KEY, COURSE).build();
 *
 * codec.inject(Context.current(), request::header);                          // who calls
 * codec.extract(name -> Optional.ofNullable(headers.getFirst(name))).run(handler); // who is called
 * }
 *
 * <ul>
 * <li>What travels: the allowed keys that are bound (or have a default), the {@link Principal} if that is declared, the
 * time that is left of the {@link Deadline}, and a {@link TraceParent} in a header of its own.
 * <li>Reading is all or nothing. A header that is forged, expired, cut off, oversized, of an unknown key or for another
 * audience, that holds a name which is not allowed, or a value that cannot be read, is ignored and counted
 * ({@link #ignored}). It is no error: whoever sent it is nobody, and a route that needs somebody says so.
 * <li>So allow a new key first where it is read, and then where it is sent.
 * </ul>
 *
 * <p><b>What the signature protects, and what it does not.</b> HMAC-SHA256 (RFC 2104) over the audience, all values and
 * the expiry: nobody without a key can make, change, combine or prolong a header, or use it with another audience. It is
 * <em>signed, not encrypted</em>: whoever sees it can read it, so it belongs on connections that are encrypted. It is
 * <em>not bound to one request</em>, and nothing remembers which headers were seen: whoever has read one can send it
 * again, with any request to that audience, until it expires. Keep the validity short, let the edge take the header off
 * what comes from outside, and give an operation that must not happen twice an idempotency key of its own. A user who is
 * signed out goes on to count with a peer until the header expires. A visitor stays a visitor.
 *
 * <p>Immutable and thread-safe; key functions are called on the thread that reads or writes.
 */
public final class ContextCodec {
    /** The name of the signed header. */
    public static final String HEADER = "Carrel-Context";

    /** Thrown and caught in here only: why nothing is read. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final Ignored reason;

        Refused(Ignored reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }
    }

    private final KeyRing keys;
    private final Authority authority;
    private final String audience;
    private final Map<String, ContextKey<?>> allowed;
    private final boolean principal;
    private final Duration validity;
    private final Duration skew;
    private final int maxBytes;
    private final TimeSource time;
    private final Map<Ignored, LongAdder> ignored = new EnumMap<>(Ignored.class);

    private ContextCodec(Builder builder) {
        this.keys = builder.keys;
        this.authority = builder.authority;
        this.audience = builder.audience;
        this.allowed = Map.copyOf(builder.allowed);
        this.principal = builder.principal;
        this.validity = builder.validity;
        this.skew = builder.skew;
        this.maxBytes = builder.maxBytes;
        this.time = builder.time;
        for (Ignored reason : Ignored.values()) {
            ignored.put(reason, new LongAdder());
        }
    }

    /**
     * A codec for what is sent to one service.
     *
     * @param authority binds the principal on the side that reads; its name stands in {@link Context#explain}
     * @param audience the service that reads, by the same name on both sides
     */
    public static Builder builder(KeyRing keys, Authority authority, String audience) {
        return new Builder(keys, authority, audience);
    }

    /**
     * The value of the signed header; empty if nothing that may travel is bound.
     *
     * @throws IllegalStateException if a value cannot be written, or the whole is larger than the limit; nothing is sent
     * @throws dev.carrel.error.EndedContextException if a value's lifetime has ended
     */
    public Optional<String> encode(Context context) {
        Map<String, String> values = new LinkedHashMap<>();
        allowed.values().forEach(key -> write(context, key).ifPresent(text -> values.put(key.name(), text)));
        List<String> who = principal ? Principal.of(context).map(Payload::of).orElse(List.of()) : List.of();
        who.forEach(field -> requireText("principal", field));
        var payload = new Payload(time.now().plus(validity).toEpochMilli(),
                context.deadline().map(deadline -> deadline.remaining().toMillis()), who, values);
        if (payload.isEmpty()) {
            return Optional.empty();
        }
        String header = keys.sign(purpose(), payload.text());
        if (header.length() > maxBytes) {
            var sizes = new LinkedHashMap<String, Integer>();
            values.forEach((name, value) -> sizes.put(name, bytes(value)));
            throw new IllegalStateException(("the context for \"%s\" takes %d bytes as a header, and the codec's limit "
                    + "is %d. Bytes of each value: %s. Let an id travel instead of what it names, or raise maxBytes "
                    + "on both sides.").formatted(audience, header.length(), maxBytes, sizes));
        }
        return Optional.of(header);
    }

    private <T> Optional<String> write(Context context, ContextKey<T> key) {
        return context.find(key).map(value -> {
            String text;
            try {
                text = key.remoteForm().orElseThrow().encode().apply(value);
            } catch (RuntimeException e) {
                throw unwritable(key.name(), "its encode function failed", e);
            }
            if (text == null) {
                throw unwritable(key.name(), "its encode function answered null", null);
            }
            requireText(key.name(), text);
            return text;
        });
    }

    /** Half of a surrogate pair would arrive as a question mark: two users could become one. */
    private void requireText(String name, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw unwritable(name, "it holds half of a surrogate pair, which no text on the wire can", null);
        }
    }

    private IllegalStateException unwritable(String name, String why, @Nullable Throwable e) {
        return new IllegalStateException("\"%s\" cannot be written for \"%s\": %s. Nothing was sent."
                .formatted(name, audience, why), e);
    }

    /** What a header says, upon the root; the root if it counts for nothing. */
    public Context decode(String header) {
        return decode(Context.root(), header);
    }

    /**
     * What a header says, upon {@code into}; {@code into} itself if it counts for nothing. A principal that is bound
     * there stays, with the roles that it has there. Bind the request's
     * {@link dev.carrel.context.Lifetime} to {@code into}, and the values of its kind end with it.
     */
    public Context decode(Context into, String header) {
        try {
            return read(into, open(header));
        } catch (Refused refused) {
            return ignore(into, refused.reason);
        }
    }

    private Payload open(String header) throws Refused {
        if (header.length() > maxBytes) {
            throw new Refused(Ignored.OVERSIZED);
        }
        String[] parts = header.split("\\.", -1);
        if (parts.length != 3) {
            throw new Refused(Ignored.MALFORMED);
        }
        if (!keys.holds(parts[0])) {
            throw new Refused(Ignored.UNKNOWN_KEY);
        }
        String text = keys.verify(purpose(), header).orElseThrow(() -> new Refused(Ignored.SIGNATURE));
        Payload payload;
        try {
            payload = Payload.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Refused(Ignored.UNREADABLE);
        }
        Instant now = time.now();
        if (now.isAfter(payload.expiry().plus(skew))) {
            throw new Refused(Ignored.EXPIRED);
        }
        if (payload.expiry().isAfter(now.plus(validity).plus(skew))) {
            throw new Refused(Ignored.PREMATURE);
        }
        return payload;
    }

    private Context read(Context into, Payload payload) throws Refused {
        if (!allowed.keySet().containsAll(payload.values().keySet())
                || (!principal && !payload.principal().isEmpty())) {
            throw new Refused(Ignored.UNKNOWN_NAME);
        }
        try {
            Context context = into;
            Optional<Principal> asking = payload.principal(authority);
            if (asking.isPresent()) {
                Optional<Principal> here = Principal.of(into);
                if (here.isPresent() && !here.get().equals(asking.get())) {
                    throw new Refused(Ignored.OTHER_PRINCIPAL);
                }
                // Who is known here stays as known here: a header may be older than the loss of a role.
                context = here.isPresent() ? context : authority.bind(context, asking.get());
            }
            for (Map.Entry<String, String> value : payload.values().entrySet()) {
                context = with(context, Objects.requireNonNull(allowed.get(value.getKey())), value.getValue());
            }
            Optional<Duration> left = payload.left();
            return left.isPresent() ? context.withDeadline(Deadline.after(left.get(), time)) : context;
        } catch (RuntimeException e) {
            throw new Refused(Ignored.UNREADABLE);
        }
    }

    private static <T> Context with(Context context, ContextKey<T> key, String text) {
        return context.with(key, key.remoteForm().orElseThrow().decode().apply(text));
    }

    /**
     * Hands the headers of an outgoing call to {@code header}, name and value: the signed one, and {@code traceparent} if
     * a {@link TraceParent} is bound.
     *
     * @throws IllegalStateException as {@link #encode}, before any header was handed over
     */
    public void inject(Context context, BiConsumer<String, String> header) {
        Optional<String> signed = encode(context);
        Optional<TraceParent> trace = context.find(TraceParent.KEY);
        signed.ifPresent(value -> header.accept(HEADER, value));
        trace.ifPresent(value -> header.accept(TraceParent.HEADER, value.header()));
    }

    /** The context of an incoming call, upon the root; {@code header} answers a header's value by its name. */
    public Context extract(Function<String, Optional<String>> header) {
        return extract(Context.root(), header);
    }

    /**
     * The context of an incoming call, upon {@code into}. A trace that comes with it goes on here, under a span id of its
     * own; where none comes, none is begun ({@link TraceParent#start} does).
     */
    public Context extract(Context into, Function<String, Optional<String>> header) {
        Context context = header.apply(HEADER).map(value -> decode(into, value)).orElse(into);
        Optional<String> trace = header.apply(TraceParent.HEADER);
        return trace.isEmpty()
                ? context
                : TraceParent.parse(trace.get()).map(parent -> context.with(TraceParent.KEY, parent.next()))
                        .orElseGet(() -> ignore(context, Ignored.TRACE));
    }

    private Context ignore(Context context, Ignored reason) {
        Objects.requireNonNull(ignored.get(reason)).increment();
        return context;
    }

    /** How many headers counted for nothing since this codec was made, by reason: every reason, and a snapshot. */
    public Map<Ignored, Long> ignored() {
        var counts = new EnumMap<Ignored, Long>(Ignored.class);
        ignored.forEach((reason, count) -> counts.put(reason, count.sum()));
        return Collections.unmodifiableMap(counts);
    }

    private String purpose() {
        return "context for " + audience;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Declares what travels. Not thread-safe. */
    public static final class Builder {
        private static final int MAX_BYTES = 4_096;

        private final KeyRing keys;
        private final Authority authority;
        private final String audience;
        private final Map<String, ContextKey<?>> allowed = new LinkedHashMap<>();
        private boolean principal;
        private Duration validity = Duration.ofSeconds(30);
        private Duration skew = Duration.ofSeconds(5);
        private int maxBytes = MAX_BYTES;
        private TimeSource time = TimeSource.system();

        private Builder(KeyRing keys, Authority authority, String audience) {
            this.keys = Objects.requireNonNull(keys, "keys");
            this.authority = Objects.requireNonNull(authority, "authority");
            this.audience = Objects.requireNonNull(audience, "audience");
            if (audience.isBlank()) {
                throw new IllegalArgumentException("a codec needs an audience: the name of the service that reads");
            }
        }

        /**
         * Lets values of these keys travel.
         *
         * @throws IllegalArgumentException if a key does not say how it is written, or another key of its name is allowed
         */
        public Builder allow(ContextKey<?>... more) {
            for (ContextKey<?> key : more) {
                if (key.remoteForm().isEmpty()) {
                    throw new IllegalArgumentException("\"" + key.name() + "\" does not say how it is written for "
                            + "another process: declare ContextKey.builder(...).remote(encode, decode)");
                }
                ContextKey<?> other = allowed.putIfAbsent(key.name(), key);
                if (other != null && other != key) {
                    throw new IllegalArgumentException("two keys are named \"" + key.name() + "\", and on the wire a "
                            + "name is all that there is: give one of them another name");
                }
            }
            return this;
        }

        /** Lets the {@link Principal} travel: tenant, user, name for display, roles, and whether it is a visitor. */
        public Builder principal() {
            this.principal = true;
            return this;
        }

        /**
         * How long a header counts after it was made, by the wall clock, and how far ahead an expiry may lie on the side
         * that reads. 30 seconds unless said otherwise.
         */
        public Builder validity(Duration duration) {
            this.validity = positive("validity", duration);
            return this;
        }

        /** How far the clocks of the two sides may be apart, either way. 5 seconds unless said otherwise. */
        public Builder skew(Duration duration) {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("the skew of two clocks is not negative; this was " + duration);
            }
            this.skew = duration;
            return this;
        }

        /** How long the header's value may be, in bytes, when it is written and when it is read. 4,096 unless said otherwise. */
        public Builder maxBytes(int bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBytes must be at least 1, not " + bytes);
            }
            this.maxBytes = bytes;
            return this;
        }

        /** The clocks. */
        public Builder time(TimeSource source) {
            this.time = Objects.requireNonNull(source, "source");
            return this;
        }

        /** The codec. */
        public ContextCodec build() {
            return new ContextCodec(this);
        }

        private static Duration positive(String what, Duration duration) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException(
                        "the " + what + " must be longer than nothing; this was " + duration);
            }
            return duration;
        }
    }
}
