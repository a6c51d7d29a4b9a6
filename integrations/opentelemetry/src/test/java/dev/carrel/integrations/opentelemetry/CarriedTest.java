package dev.carrel.integrations.opentelemetry;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.carrel.context.Authority;
import dev.carrel.context.Boundary;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Crossing;
import dev.carrel.context.Deadline;
import dev.carrel.context.Kind;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A hop of either system takes both contexts along. */
class CarriedTest {
    private static final Authority AUTHORITY = Authority.named("test");
    private static final ContextKey<String> LOCAL = ContextKey.<String>builder("local", Kind.TASK)
            .crossing(Boundary.EXECUTOR, Crossing.clear()).build();
    private static final ContextKey<String> SECRET = ContextKey.<String>builder("secret", Kind.TASK)
            .crossing(Boundary.EXECUTOR, Crossing.refuse()).build();
    private static final ContextKey<List<String>> DRAFT = ContextKey.<List<String>>builder("draft", Kind.TURN)
            .copy(ArrayList::new).build();
    private static final SdkTracerProvider PROVIDER = SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite())).build();
    private static final Tracer TRACER = PROVIDER.get("test");

    private static dev.carrel.context.Context user(String name) {
        return AUTHORITY.bind(dev.carrel.context.Context.root(), AUTHORITY.user("school", name, name, Set.of()));
    }

    private static String who() {
        return Principal.find().map(Principal::user).orElse("nobody");
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @AfterEach
    void the_thread_is_at_both_roots() {
        assertThat(dev.carrel.context.Context.current()).isSameAs(dev.carrel.context.Context.root());
        assertThat(Context.current()).isSameAs(Context.root());
    }

    @Test
    void the_storage_is_found_by_itself() {
        CarrelContextStorage.requireInstalled();
    }

    @Test
    void a_span_started_in_a_handler_is_current_in_a_task_of_carrels() throws Exception {
        try (ExecutorService executor = dev.carrel.context.Context.propagating(Executors.newSingleThreadExecutor())) {
            user("alice").<Void, Exception>call(() -> {
                Span span = TRACER.spanBuilder("turn").startSpan();
                try (var scope = span.makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(executor.submit(Span::current).get()).isSameAs(span);
                    assertThat(executor.submit(CarriedTest::who).get()).isEqualTo("alice");
                    var child = (ReadableSpan) executor.submit(() -> TRACER.spanBuilder("child").startSpan()).get();
                    assertThat(child.getParentSpanContext()).isEqualTo(span.getSpanContext());
                }
                assertThat(executor.submit(Span::current).get().getSpanContext().isValid()).isFalse();
                assertThat(executor.submit(CarriedTest::who).get()).isEqualTo("alice");
                return null;
            });
            assertThat(executor.submit(Context::current).get()).isSameAs(Context.root());
        }
    }

    @Test
    void a_task_of_opentelemetrys_takes_the_user_along_and_its_worker_keeps_nothing() throws Exception {
        ExecutorService plain = Executors.newSingleThreadExecutor();
        try (ExecutorService executor = Context.taskWrapping(plain)) {
            for (String name : List.of("alice", "bob")) {
                user(name).<Void, Exception>call(() -> {
                    assertThat(executor.submit(CarriedTest::who).get()).isEqualTo(name);
                    Span span = TRACER.spanBuilder("turn").startSpan();
                    try (var scope = span.makeCurrent()) {
                        assertThat(scope).isNotNull();
                        assertThat(who()).isEqualTo(name);
                        assertThat(executor.submit(CarriedTest::who).get()).isEqualTo(name);
                        assertThat(executor.submit(Span::current).get()).isSameAs(span);
                        assertThat(Context.current().wrap(CarriedTest::who).call()).isEqualTo(name);
                    }
                    return null;
                });
                assertThat(plain.submit(CarriedTest::who).get()).isEqualTo("nobody");
                assertThat(executor.submit(CarriedTest::who).get()).isEqualTo("nobody");
            }
        }
    }

    @Test
    void captured_in_alices_work_it_is_alices_in_the_middle_of_bobs_and_bobs_afterwards() {
        Span span = TRACER.spanBuilder("alice").startSpan();
        Context captured = user("alice").call(() -> Context.current().with(span));
        user("bob").run(() -> {
            captured.wrap(() -> {
                assertThat(who()).isEqualTo("alice");
                assertThat(Span.current()).isSameAs(span);
            }).run();
            assertThat(who()).isEqualTo("bob");
            assertThat(Span.current().getSpanContext().isValid()).isFalse();
        });
    }

    @Test
    void one_that_says_nothing_about_carrel_leaves_who_is_current_and_takes_them_along() throws Exception {
        try (ExecutorService executor = Context.taskWrapping(Executors.newSingleThreadExecutor())) {
            Span span = TRACER.spanBuilder("detached").startSpan();
            user("alice").<Void, Exception>call(() -> {
                try (var scope = Context.root().with(span).makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(who()).isEqualTo("alice");
                    assertThat(Span.current()).isSameAs(span);
                    assertThat(Context.current()).isSameAs(Context.current());
                    assertThat(executor.submit(CarriedTest::who).get()).isEqualTo("alice");
                }
                try (var scope = Context.root().makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(who()).isEqualTo("alice");
                }
                return null;
            });
        }
    }

    @Test
    void a_task_that_was_captured_at_the_root_has_no_span_of_the_work_it_runs_in_the_middle_of() {
        Runnable nobodys = dev.carrel.context.Context.current().wrap(() -> {
            assertThat(who()).isEqualTo("nobody");
            assertThat(Span.current().getSpanContext().isValid()).isFalse();
        });
        user("bob").run(() -> {
            try (var scope = TRACER.spanBuilder("bob").startSpan().makeCurrent()) {
                assertThat(scope).isNotNull();
                nobodys.run();
                assertThat(Span.current().getSpanContext().isValid()).isTrue();
            }
        });
    }

    @Test
    void detached_work_keeps_its_span_and_periodic_work_has_none() {
        user("alice").run(() -> {
            try (var scope = TRACER.spanBuilder("alice").startSpan().makeCurrent()) {
                assertThat(scope).isNotNull();
                Span span = Span.current();
                var here = dev.carrel.context.Context.current();
                here.detached(dev.carrel.context.Deadline.after(java.time.Duration.ofMinutes(1)))
                        .run(() -> assertThat(Span.current()).isSameAs(span));
                here.background().run(() -> assertThat(Span.current().getSpanContext().isValid()).isFalse());
            }
        });
    }

    @Test
    void neither_tenant_nor_user_is_baggage_or_in_any_header() {
        TextMapPropagator all = TextMapPropagator.composite(W3CTraceContextPropagator.getInstance(),
                W3CBaggagePropagator.getInstance());
        Map<String, String> headers = new HashMap<>();
        user("alice").run(() -> {
            try (var scope = TRACER.spanBuilder("turn").startSpan().makeCurrent()) {
                assertThat(scope).isNotNull();
                all.inject(Context.current(), headers, (map, key, value) -> {
                    if (map != null) {
                        map.put(key, value);
                    }
                });
                assertThat(io.opentelemetry.api.baggage.Baggage.current().isEmpty()).isTrue();
            }
        });
        assertThat(headers).containsOnlyKeys("traceparent");
        assertThat(headers.toString()).doesNotContain("alice").doesNotContain("school");
    }

    @Test
    void between_threads_each_value_does_what_its_key_says_and_on_one_thread_nothing() throws Exception {
        List<String> draft = new ArrayList<>(List.of("one"));
        try (ExecutorService executor = Context.taskWrapping(Executors.newSingleThreadExecutor())) {
            user("alice").with(LOCAL, "here").with(DRAFT, draft).<Void, Exception>call(() -> {
                try (var scope = TRACER.spanBuilder("turn").startSpan().makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(dev.carrel.context.Context.current().get(LOCAL)).isEqualTo("here");
                    assertThat(dev.carrel.context.Context.current().get(DRAFT)).isSameAs(draft);
                    assertThat(executor.submit(() -> dev.carrel.context.Context.current().find(LOCAL)).get()).isEmpty();
                    assertThat(executor.submit(() -> dev.carrel.context.Context.current().get(DRAFT)).get())
                            .isEqualTo(draft).isNotSameAs(draft);
                }
                return null;
            });
            user("alice").with(SECRET, "x").<Void, Exception>call(() -> {
                try (var scope = TRACER.spanBuilder("turn").startSpan().makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(dev.carrel.context.Context.current().get(SECRET)).isEqualTo("x");
                    var task = executor.submit(CarriedTest::who);
                    assertThatThrownBy(() -> task.get(10, TimeUnit.SECONDS))
                            .hasRootCauseInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("\"secret\"");
                }
                return null;
            });
        }
    }

    @Test
    void a_task_that_starts_the_next_for_ever_holds_nothing_of_those_before() {
        var canary = new Object[]{new Object()};
        var gone = new WeakReference<>(canary[0]);
        var key = io.opentelemetry.context.ContextKey.<Object>named("canary");
        var other = io.opentelemetry.context.ContextKey.<Object>named("other");
        Context[] next = {user("alice").call(() -> Context.current().with(key, canary[0]))};
        canary[0] = new Object();
        for (int i = 0; i < 3; i++) {
            next[0].wrap(() -> {
                try (var scope = Context.root().with(other, "x").makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(who()).isEqualTo("alice");
                    next[0] = dev.carrel.context.Context.current().call(() -> Context.current().with(other, "y"));
                }
            }).run();
        }
        Awaitility.await().until(() -> {
            System.gc();
            return gone.refersTo(null);
        });
        assertThat(next[0].<String>wrapSupplier(CarriedTest::who).get()).isEqualTo("alice");
    }

    @Test
    void a_deadline_goes_along_although_nobody_is_asking() throws Exception {
        var limited = dev.carrel.context.Context.root().withDeadline(Deadline.after(Duration.ofHours(1)));
        try (ExecutorService executor = Context.taskWrapping(Executors.newSingleThreadExecutor())) {
            assertThat(limited.call(() -> executor.submit(Deadline::current)).get()).isPresent();
            limited.<Void, Exception>call(() -> {
                try (var scope = TRACER.spanBuilder("work").startSpan().makeCurrent()) {
                    assertThat(scope).isNotNull();
                    assertThat(executor.submit(Deadline::current).get()).isPresent();
                }
                return null;
            });
        }
    }
}
