package dev.carrel.integrations.mdc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.ContextKey;
import dev.carrel.context.Kind;
import dev.carrel.context.Lifetime;
import dev.carrel.id.RequestId;
import dev.carrel.id.SessionId;
import dev.carrel.integrations.scope.ContextScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MdcProjectionTest {
    private static final ContextKey<String> COURSE = ContextKey.<String>builder("course", Kind.SESSION).loggable()
            .build();
    private static final ContextKey<String> ESSAY = ContextKey.of("essay", Kind.TURN);
    private static final Authority AUTHORITY = Authority.named("test");

    private final LogLines logged = new LogLines("%X{tenant-id:-none}/%X{user-id:-none} %X{course:-none}"
            + " %X{essay:-none} %X{own:-none}: %msg");

    private static Context user(String tenant, String name) {
        return AUTHORITY.bind(Context.root(), AUTHORITY.user(tenant, name, "Dr. " + name, Set.of("teacher")));
    }

    @BeforeEach
    void clear() {
        MDC.clear();
    }

    @AfterEach
    void stop() {
        logged.close();
        MDC.clear();
    }

    @Test
    void a_line_shows_the_ids_and_loggable_values_of_its_context_and_nothing_else_of_it() {
        user("school", "alice").with(COURSE, "chemistry").with(ESSAY, "secret").run(() -> logged.log.info("one"));
        logged.log.info("two");
        assertThat(logged.lines).containsExactly("school/alice chemistry none none: one",
                "none/none none none none: two");
        user("school", "alice").run(() -> assertThat(MDC.getCopyOfContextMap().toString()).doesNotContain("Dr.")
                .doesNotContain("teacher"));
    }

    @Test
    void within_a_context_that_has_less_nothing_shines_through() {
        user("school", "alice").with(COURSE, "chemistry").run(() -> {
            user("college", "bob").run(() -> logged.log.info("bob"));
            Context.root().run(() -> logged.log.info("root"));
            logged.log.info("alice");
        });
        assertThat(logged.lines).containsExactly("college/bob none none none: bob", "none/none none none none: root",
                "school/alice chemistry none none: alice");
    }

    @Test
    void the_callers_mdc_comes_back_exactly() {
        MDC.put("own", "of the caller");
        MDC.put("course", "the caller's own");
        Map<String, String> before = MDC.getCopyOfContextMap();
        user("school", "alice").with(COURSE, "chemistry").run(() -> {
            logged.log.info("inside");
            MDC.put("own", "changed");
            MDC.put("more", "left behind");
            MDC.remove("course");
        });
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(before);
        assertThatThrownBy(() -> user("school", "alice").run(() -> {
            MDC.clear();
            throw new IllegalStateException("in the block");
        })).hasMessage("in the block");
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(before);
        assertThat(logged.lines).containsExactly("school/alice chemistry none of the caller: inside");
    }

    @Test
    void where_there_was_nothing_there_is_nothing_again() {
        user("school", "alice").run(() -> MDC.put("own", "left behind"));
        Map<String, String> after = MDC.getCopyOfContextMap();
        assertThat(after == null ? Map.of() : after).isEmpty();
    }

    @Test
    void each_task_logs_as_whoever_submitted_it_and_the_worker_as_nobody() throws Exception {
        ExecutorService plain = Executors.newFixedThreadPool(3);
        try (ExecutorService executor = Context.propagating(plain)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String name = "user" + i;
                user("school", name).with(COURSE, "course" + i).run(() -> all.add(executor.submit(() -> {
                    logged.log.info(name);
                    MDC.put("own", "left behind");
                })));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertThat(logged.lines).hasSize(200).allSatisfy(line -> {
                String name = line.substring(line.lastIndexOf(' ') + 1);
                assertThat(line).isEqualTo("school/" + name + " " + name.replace("user", "course") + " none none: "
                        + name);
            });
            plain.submit(() -> logged.log.info("worker")).get();
            assertThat(logged.lines.getLast()).isEqualTo("none/none none none none: worker");
        }
    }

    @Test
    void what_lies_about_on_a_worker_under_carrels_names_is_not_visible_in_a_task() throws Exception {
        ExecutorService plain = Executors.newSingleThreadExecutor();
        try (ExecutorService executor = Context.propagating(plain)) {
            plain.submit(() -> {
                MDC.put("user-id", "stale");
                MDC.put("course", "stale");
            }).get();
            user("school", "bob").run(() -> executor.execute(() -> logged.log.info("bob")));
            executor.submit(() -> logged.log.info("root")).get();
            assertThat(logged.lines).containsExactly("school/bob none none none: bob",
                    "none/none none none none: root");
        }
    }

    @Test
    void a_task_that_its_caller_has_to_run_logs_as_its_submitter_and_leaves_the_callers_mdc_alone() throws Exception {
        var gate = new CountDownLatch(1);
        try (ExecutorService executor = Context.propagating(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(1), new ThreadPoolExecutor.CallerRunsPolicy()))) {
            executor.execute(() -> await(gate));
            executor.execute(() -> {});
            try {
                user("school", "bob").with(COURSE, "physics").run(() -> {
                    MDC.put("own", "bob's");
                    executor.execute(user("school", "alice").wrap(() -> {
                        logged.log.info("alice");
                    }));
                    logged.log.info("bob");
                });
            } finally {
                gate.countDown();
            }
        }
        assertThat(logged.lines).containsExactly("school/alice none none bob's: alice",
                "school/bob physics none bob's: bob");
    }

    @Test
    void an_open_scope_shows_its_own_too_also_when_closed_in_the_wrong_order() {
        user("school", "carol").run(() -> {
            var alice = ContextScope.open(user("school", "alice"));
            logged.log.info("alice");
            var bob = ContextScope.open(user("school", "bob"));
            alice.close();
            logged.log.info("bob");
            bob.close();
            logged.log.info("carol");
            ContextScope.open(user("school", "left open"));
        });
        logged.log.info("nobody");
        assertThat(logged.lines).containsExactly("school/alice none none none: alice",
                "school/bob none none none: bob", "school/carol none none none: carol",
                "none/none none none none: nobody");
    }

    @Test
    void a_scope_that_is_closed_within_a_later_block_shows_nothing_after_it() {
        var alice = ContextScope.open(user("school", "alice"));
        user("school", "bob").run(alice::close);
        logged.log.info("after");
        assertThat(logged.lines).containsExactly("none/none none none none: after");
    }

    @Test
    void two_loggable_keys_of_one_name_are_refused_and_the_mdc_is_as_before() {
        MDC.put("own", "of the caller");
        var ran = new CompletableFuture<Boolean>();
        Context both = Context.root().with(COURSE, "chemistry").with(Another.COURSE, "physics");
        assertThatThrownBy(() -> both.run(() -> ran.complete(true))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"course\"").hasMessageContaining(Another.class.getName())
                .hasMessageNotContaining("physics");
        assertThatThrownBy(() -> Context.root().with(Another.USER_ID, "x").run(() -> ran.complete(true)))
                .hasMessageContaining("\"user-id\"");
        assertThat(ran).isNotDone();
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("own", "of the caller"));
        assertThat(Context.current().isRoot()).isTrue();
    }

    @Test
    void carrels_own_ids_are_shown() {
        SessionId session = SessionId.random();
        RequestId request = RequestId.random();
        Context.root().with(SessionId.KEY, session).with(RequestId.KEY, request)
                .run(() -> assertThat(MDC.getCopyOfContextMap()).isEqualTo(
                        Map.of("session-id", session.toString(), "request-id", request.toString())));
    }

    @Test
    void how_much_is_shown_of_who_is_asking_can_be_chosen() {
        assertThat(shown("tenant,user")).containsOnlyKeys("tenant-id", "user-id");
        assertThat(shown("tenant")).containsOnlyKeys("tenant-id");
        assertThat(shown(" user ")).containsOnlyKeys("user-id");
        assertThat(shown("none")).isEmpty();
        for (String wrong : List.of("", "name", "tenant,", "none,user")) {
            assertThatThrownBy(() -> new MdcProjection(wrong)).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("carrel.mdc.principal");
        }
    }

    private static Map<String, String> shown(String principal) {
        var undo = new MdcProjection(principal).bound(user("school", "alice"));
        Map<String, String> map = MDC.getCopyOfContextMap();
        undo.undo();
        return map == null ? new HashMap<>() : map;
    }

    @Test
    void work_that_outlives_its_user_runs_on_and_is_not_logged_under_that_name() {
        Lifetime signedIn = Lifetime.begin(Kind.USER, "alice's visit");
        Context alice = AUTHORITY.bind(signedIn.bind(Context.root()),
                AUTHORITY.user("school", "alice", "Alice", Set.of()));
        signedIn.end();
        alice.run(() -> logged.log.info("late"));
        assertThat(logged.lines).containsExactly("none/none none none none: late");
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another library's, which chose the same names. */
    private static final class Another {
        static final ContextKey<String> COURSE = ContextKey.<String>builder("course", Kind.TURN).loggable().build();
        static final ContextKey<String> USER_ID = ContextKey.<String>builder("user-id", Kind.TURN).loggable().build();
    }
}
