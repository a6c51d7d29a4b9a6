package dev.carrel.test;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

import dev.carrel.context.Context;
import dev.carrel.context.Principal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class UsersTest {
    private static AssertionFailedError failure(Users users, Users.Body body) {
        return catchThrowableOfType(AssertionFailedError.class, () -> users.run(body));
    }

    @Test
    void every_user_is_somebody_else_and_all_are_there_at_once() throws Exception {
        Set<Principal> principals = ConcurrentHashMap.newKeySet();
        Set<String> canaries = ConcurrentHashMap.newKeySet();
        var all = new CyclicBarrier(200);
        Users.Report report = Users.many(200).ofTenants(5).run(user -> {
            all.await(10, TimeUnit.SECONDS);
            assertThat(Principal.current()).isEqualTo(user.principal());
            principals.add(user.principal());
            canaries.add(user.canary());
        });
        assertThat(principals).hasSize(200);
        assertThat(canaries).hasSize(200);
        assertThat(principals.stream().map(Principal::tenant).distinct()).hasSize(5);
        assertThat(report.users()).isEqualTo(200);
        assertThat(report.looks()).isGreaterThan(200);
    }

    @Test
    void what_is_shared_by_mistake_crosses_and_is_told_with_who_and_where() {
        var shared = new AtomicReference<>("");
        var all = new CyclicBarrier(8);
        AssertionFailedError failure = failure(Users.many(8), user -> {
            shared.set(user.canary());
            all.await(10, TimeUnit.SECONDS);
            user.mine("You said " + shared.get());
        });
        assertThat(failure).hasMessageContaining("of 8 users at once: 7 crossings, 0 losses, 0 failures")
                .hasMessageContaining("met a value of [user").hasMessageNotContaining("canary");
        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(UsersTest.class.getName()));
    }

    @Test
    void a_crossing_that_the_application_swallows_is_told_all_the_same() {
        var first = new CompletableFuture<User>();
        AssertionFailedError failure = failure(Users.many(2), user -> {
            if (!first.complete(user)) {
                try {
                    user.mine(first.join().canary());
                } catch (AssertionError swallowed) {
                    assertThat(swallowed).hasMessageContaining("met a value of");
                }
            }
        });
        assertThat(failure).hasMessageContaining("1 crossings, 0 losses, 0 failures");
    }

    @Test
    void results_and_the_text_of_exceptions_are_looked_at_without_being_asked() {
        var last = new AtomicReference<>("");
        var all = new CyclicBarrier(2);
        AssertionFailedError returned = catchThrowableOfType(AssertionFailedError.class,
                () -> Users.many(2).call(user -> {
                    last.set(user.canary());
                    all.await(10, TimeUnit.SECONDS);
                    return List.of(last.get());
                }));
        assertThat(returned).hasMessageContaining("1 crossings").hasMessageContaining("in the result");
        AssertionFailedError thrown = failure(Users.many(2), user -> {
            last.set(user.canary());
            all.await(10, TimeUnit.SECONDS);
            throw new IllegalStateException("no", new IllegalArgumentException("not " + last.get()));
        });
        assertThat(thrown).hasMessageContaining("1 crossings, 0 losses, 1 failures")
                .hasMessageContaining("in the text of an exception");
    }

    @Test
    void a_context_that_is_another_users_or_lost_is_told() throws Exception {
        try (ExecutorService plain = Executors.newFixedThreadPool(2)) {
            AssertionFailedError lost = failure(Users.many(3), user -> plain.submit(user::here).get());
            assertThat(lost).hasMessageContaining("0 crossings, 3 losses, 0 failures")
                    .hasMessageContaining("no principal in the context");
        }
        var first = new CompletableFuture<Context>();
        AssertionFailedError crossed = failure(Users.many(2), user -> {
            if (!first.complete(Context.current())) {
                first.join().run(user::here);
            }
        });
        assertThat(crossed).hasMessageContaining("1 crossings").hasMessageContaining("the principal in the context");
    }

    @Test
    void a_check_deep_in_the_application_goes_by_the_context() throws Exception {
        Users.many(5).run(user -> assertThat(Users.check("for " + user.canary())).endsWith(user.canary()));
        var first = new AtomicReference<>("");
        AssertionFailedError crossed = failure(Users.many(2), user -> {
            if (!first.compareAndSet("", user.canary())) {
                Users.check(first.get());
            }
        });
        assertThat(crossed).hasMessageContaining("1 crossings");
        try (ExecutorService plain = Executors.newFixedThreadPool(1)) {
            AssertionFailedError lost = failure(Users.many(1),
                    user -> plain.submit(() -> Users.check("of " + user.canary())).get());
            assertThat(lost).hasMessageContaining("1 losses")
                    .hasMessageContaining("nobody is in the context where a text of theirs is handled");
        }
    }

    @Test
    void an_answer_without_a_canary_is_lost() {
        assertThat(failure(Users.many(4), user -> user.answered("Sorry, what?")))
                .hasMessageContaining("0 crossings, 4 losses");
        Users.many(4).run(user -> user.answered("You are " + user.canary().toUpperCase(java.util.Locale.ROOT) + "."));
    }

    @Test
    void one_who_is_not_done_in_time_is_told_with_the_stack_of_where_they_stand() {
        var never = new CountDownLatch(1);
        AssertionFailedError failure = failure(Users.many(3).within(Duration.ofMillis(200)), user -> {
            if (user.number() == 1) {
                never.await();
            }
        });
        assertThat(failure).hasMessageContaining("1 failures").hasMessageContaining("user1 of tenant0 was not done");
        assertThat(failure.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("await"));
    }

    @Test
    void numbers_that_mean_nothing_are_refused() {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> Users.many(0)))
                .hasMessageContaining("at least 1 of the users");
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> Users.many(1).ofTenants(-1)))
                .hasMessageContaining("tenants");
    }
}
