package dev.carrel.integrations.together;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.MDC;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.integrations.opentelemetry.CarrelContextStorage;
import dev.carrel.integrations.reactor.ReactorContexts;
import dev.carrel.integrations.scope.ContextScope;

import static org.assertj.core.api.Assertions.assertThat;

/** All bridges on one class path: after any hop Carrel, the log, the trace and Reactor agree on whose work it is. */
class TogetherTest {
    private static final long HOPS = Long.getLong("carrel.soak.hops", 200_000);
    private static final int USERS = 8;
    private static final int BATCH = 50;
    private static final Authority AUTHORITY = Authority.named("test");

    /** A user, and the span that is theirs. */
    private record User(String name, Context context, Span span) {
        static User number(int number) {
            String name = "user" + number;
            return new User(name, AUTHORITY.bind(Context.root(), AUTHORITY.user("school", name, name, Set.of())),
                    Span.wrap(SpanContext.create("%032x".formatted(number + 1), "%016x".formatted(number + 1),
                            TraceFlags.getDefault(), TraceState.getDefault())));
        }
    }

    @BeforeAll
    static void install() {
        ReactorContexts.install();
        CarrelContextStorage.requireInstalled();
    }

    @AfterAll
    static void uninstall() {
        ReactorContexts.uninstall();
    }

    /** What is wrong for whoever this ought to be; null if nothing is. */
    private static @Nullable String wrong(@Nullable User expected) {
        String who = Principal.find().map(Principal::user).orElse("nobody");
        String logged = MDC.get("user-id");
        SpanContext span = Span.current().getSpanContext();
        boolean right = expected == null
                ? who.equals("nobody") && logged == null && MDC.get("litter") == null && !span.isValid()
                : who.equals(expected.name) && expected.name.equals(logged) && MDC.get("litter") == null
                        && span.equals(expected.span.getSpanContext());
        return right
                ? null
                : "%s is here, %s in the log, %s in the trace, litter of %s, where %s was expected"
                        .formatted(who, logged, span.getTraceId(), MDC.get("litter"), expected);
    }

    /** Runs as whoever handed it over, does as code does, and leaves litter behind. */
    private static @Nullable String work(User me, User other) {
        String wrong = wrong(me);
        if (wrong == null) {
            wrong = other.context.call(() -> {
                try (Scope scope = io.opentelemetry.context.Context.current().with(other.span).makeCurrent()) {
                    assertThat(scope).isNotNull();
                    return wrong(other);
                }
            });
        }
        String within = wrong == null ? Context.root().call(() -> wrong(null)) : wrong;
        String after = within == null ? wrong(me) : within;
        MDC.put("litter", me.name);
        if (me.name.endsWith("0")) {
            Context.current().run(() -> ContextScope.open(other.context));
        }
        return after;
    }

    @ParameterizedTest
    @EnumSource(Hop.class)
    void each_hop_carries_user_log_and_trace_and_its_worker_keeps_none(Hop hop) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (pool) {
            for (int i = 1; i < 4; i++) {
                User me = User.number(i);
                User other = User.number(i + 1);
                Future<@Nullable String> hopped = me.context.call(() -> {
                    try (Scope scope = io.opentelemetry.context.Context.current().with(me.span).makeCurrent()) {
                        assertThat(scope).isNotNull();
                        return hop.to(pool, () -> work(me, other));
                    }
                });
                assertThat(hopped.get()).isNull();
                assertThat(pool.submit(() -> wrong(null)).get()).isNull();
            }
        }
    }

    @Test
    void many_users_hop_at_once_by_every_way_and_none_meets_another() throws Exception {
        var hops = new AtomicLong();
        var mixed = new ArrayList<String>();
        java.util.logging.Logger.getLogger("dev.carrel.context").setLevel(java.util.logging.Level.OFF);
        try (ExecutorService pool = Executors.newFixedThreadPool(4);
                ExecutorService users = Executors.newFixedThreadPool(USERS)) {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < USERS; i++) {
                User me = User.number(i);
                all.add(users.submit(() -> soak(me, pool, hops)));
            }
            for (Future<List<String>> one : all) {
                mixed.addAll(one.get());
            }
        }
        assertThat(mixed).isEmpty();
        assertThat(hops.get()).isGreaterThanOrEqualTo(HOPS);
    }

    private static List<String> soak(User me, ExecutorService pool, AtomicLong hops) throws Exception {
        Hop[] ways = Hop.values();
        List<String> mixed = new ArrayList<>();
        while (hops.getAndAdd(BATCH) < HOPS && mixed.isEmpty()) {
            List<Future<@Nullable String>> batch = new ArrayList<>();
            me.context.run(() -> {
                try (Scope scope = io.opentelemetry.context.Context.current().with(me.span).makeCurrent()) {
                    assertThat(scope).isNotNull();
                    for (int i = 0; i < BATCH; i++) {
                        User other = User.number(USERS + ThreadLocalRandom.current().nextInt(100));
                        batch.add(ways[ThreadLocalRandom.current().nextInt(ways.length)].to(pool,
                                () -> work(me, other)));
                    }
                }
            });
            batch.add(pool.submit(() -> wrong(null)));
            for (Future<@Nullable String> one : batch) {
                String wrong = one.get();
                if (wrong != null) {
                    mixed.add(wrong);
                }
            }
        }
        return mixed;
    }
}
