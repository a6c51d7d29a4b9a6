package dev.carrel.interrupt;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.carrel.concurrent.ContextFuture;
import dev.carrel.concurrent.Two;
import dev.carrel.context.Cancellation;
import dev.carrel.pool.PooledTask;
import dev.carrel.pool.TaskPool;
import dev.carrel.stream.ContextFlow;
import dev.carrel.stream.ContextStreams;

import static org.assertj.core.api.Assertions.assertThat;

/** What is registered with others is interrupted with the work that it was registered in, and with no other. */
@Timeout(60)
class OriginTest {
    private final AliceAndBob them = new AliceAndBob();

    /** How code is registered that others call. */
    private enum Way {
        DEPENDENT {
            @Override
            Runnable register(Runnable code) {
                var promise = new ContextFuture<String>();
                var unused = promise.thenRun(code);
                return () -> promise.complete("");
            }
        },
        ASYNC_DEPENDENT_RUN_AT_ONCE {
            @Override
            Runnable register(Runnable code) {
                var promise = new ContextFuture<String>();
                var unused = promise.thenRunAsync(code, Runnable::run);
                return () -> promise.complete("");
            }
        },
        SUBSCRIBER {
            @Override
            Runnable register(Runnable code) {
                Flow.Subscriber<String> subscriber = ContextFlow.subscriber(new Calling(code));
                return () -> subscriber.onNext("");
            }
        },
        SUBSCRIBED {
            @Override
            Runnable register(Runnable code) {
                var given = new CompletableFuture<Flow.Subscriber<? super String>>();
                ContextFlow.<String>publisher(given::complete).subscribe(new Calling(code));
                return () -> given.join().onNext("");
            }
        },
        PUBLISHER {
            @Override
            Runnable register(Runnable code) {
                Flow.Publisher<String> publisher = ContextFlow.publisher(subscriber -> code.run());
                return () -> publisher.subscribe(new Calling(() -> {}));
            }
        },
        EXECUTOR {
            @Override
            Runnable register(Runnable code) {
                var promise = new ContextFuture<String>();
                var unused = promise.thenRunAsync(() -> {}, task -> {
                    code.run();
                    task.run();
                });
                return () -> promise.complete("");
            }
        },
        CANCELLATION {
            @Override
            Runnable register(Runnable code) {
                var source = Cancellation.source();
                var unused = source.view().onRequest(code);
                return () -> source.cancel("as planned");
            }
        };

        /** Registers it as whoever is here; what is returned has it called. */
        abstract Runnable register(Runnable code);
    }

    /** Calls it for each element. */
    private record Calling(Runnable code) implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {}

        @Override
        public void onNext(String item) {
            code.run();
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }

    private static TaskPool pool() {
        return TaskPool.builder("one").concurrency(1).queue(10).platform().build();
    }

    private static PooledTask<?> alices(TaskPool pool, Runnable work) {
        return Two.AS_ALICE.<PooledTask<?>, RuntimeException>call(() -> pool.submit(work));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_another_has_registered_is_not_interrupted_with_the_work_that_calls_it(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<String>();
            Runnable call = Two.AS_BOB.call(() -> way.register(() -> bobs.complete(them.bobs())));
            PooledTask<?> alices = alices(pool, () -> {
                call.run();
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nor_what_another_work_has_registered_that_still_runs(Way way) throws Exception {
        try (TaskPool pool = pool(); TaskPool bobsPool = pool()) {
            var bobs = new CompletableFuture<String>();
            var registered = new CompletableFuture<Runnable>();
            var ends = new CountDownLatch(1);
            Two.AS_BOB.run(() -> bobsPool.execute(() -> {
                registered.complete(way.register(() -> bobs.complete(them.bobs())));
                AliceAndBob.await(ends);
            }));
            PooledTask<?> alices = alices(pool, () -> {
                registered.join().run();
                them.alicesGoesOn();
            });
            try {
                them.assertOnlyAlices(() -> alices.cancel(true), bobs);
            } finally {
                ends.countDown();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_a_work_has_registered_itself_is_interrupted_with_it(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            PooledTask<?> alices = alices(pool, () -> {
                way.register(() -> own.complete(them.bobs())).run();
                them.alicesGoesOn();
            });
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).isEqualTo("disturbed");
            // Whoever called it may have kept that for themselves, as a future does.
            assertThat(them.alicesFelt()).as("Alice's work is still interrupted").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nor_what_anothers_code_registers_in_turn_and_has_called(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<String>();
            Runnable call = Two.AS_BOB
                    .call(() -> way.register(() -> way.register(() -> bobs.complete(them.bobs())).run()));
            PooledTask<?> alices = alices(pool, () -> {
                call.run();
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void nor_what_it_registers_and_the_work_itself_has_called(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<String>();
            var registered = new CompletableFuture<Runnable>();
            Runnable call = Two.AS_BOB.call(() -> way
                    .register(() -> registered.complete(way.register(() -> bobs.complete(them.bobs())))));
            PooledTask<?> alices = alices(pool, () -> {
                call.run();
                registered.join().run();
                them.alicesGoesOn();
            });
            them.assertOnlyAlices(() -> alices.cancel(true), bobs);
        }
    }

    @Test
    void what_is_pulled_is_interrupted_with_whoever_pulls() throws Exception {
        try (TaskPool pool = pool()) {
            var pulled = new CompletableFuture<String>();
            Stream<String> stream = Two.AS_BOB
                    .call(() -> ContextStreams.stream(Stream.of("").peek(element -> pulled.complete(them.bobs()))));
            PooledTask<?> alices = alices(pool, () -> assertThat(stream.toList()).hasSize(1));
            them.meanwhile(() -> alices.cancel(true));
            assertThat(pulled.get()).isEqualTo("disturbed");
        }
    }

    /** Alice's task does something and calls what Bob has registered, and that calls what her task has. */
    private PooledTask<?> thereAndBack(TaskPool pool, Runnable before, Supplier<String> alicesBack,
            CompletableFuture<String> back, CompletableFuture<Boolean> bobsFelt) {
        var call = new CompletableFuture<Runnable>();
        Runnable bobs = Two.AS_BOB.call(() -> Way.SUBSCRIBER.register(() -> {
            call.join().run();
            bobsFelt.complete(Thread.currentThread().isInterrupted());
        }));
        return alices(pool, () -> {
            call.complete(Way.SUBSCRIBER.register(() -> back.complete(alicesBack.get())));
            before.run();
            bobs.run();
            them.alicesGoesOn();
        });
    }

    @Test
    void a_work_that_is_called_back_in_the_middle_of_anothers_is_interrupted_there() throws Exception {
        try (TaskPool pool = pool()) {
            var back = new CompletableFuture<String>();
            var bobsFelt = new CompletableFuture<Boolean>();
            PooledTask<?> alices = thereAndBack(pool, () -> {}, them::bobs, back, bobsFelt);
            them.meanwhile(() -> alices.cancel(true));
            assertThat(back.get()).isEqualTo("disturbed");
            assertThat(bobsFelt.get()).as("Bob's code was interrupted").isFalse();
            assertThat(them.alicesFelt()).as("Alice's work is still interrupted").isTrue();
        }
    }

    @Test
    void what_it_did_not_notice_there_it_finds_when_the_others_code_has_returned() throws Exception {
        try (TaskPool pool = pool()) {
            var back = new CompletableFuture<String>();
            var bobsFelt = new CompletableFuture<Boolean>();
            PooledTask<?> alices = thereAndBack(pool, () -> {},
                    () -> them.interruptedMeanwhile() ? "interrupted" : "not interrupted", back, bobsFelt);
            them.meanwhile(() -> alices.cancel(true));
            assertThat(back.get()).isEqualTo("interrupted");
            assertThat(bobsFelt.get()).as("Bob's code was interrupted").isFalse();
            assertThat(them.alicesFelt()).as("Alice's work was interrupted").isTrue();
        }
    }

    @Test
    void what_had_come_before_the_others_code_is_there_in_ones_own_that_it_calls() throws Exception {
        try (TaskPool pool = pool()) {
            var back = new CompletableFuture<String>();
            var bobsFelt = new CompletableFuture<Boolean>();
            PooledTask<?> alices = thereAndBack(pool, them::interruptedMeanwhile,
                    () -> Thread.interrupted() ? "interrupted" : "not interrupted", back, bobsFelt);
            them.meanwhile(() -> alices.cancel(true));
            assertThat(back.get()).isEqualTo("interrupted");
            assertThat(bobsFelt.get()).as("Bob's code was interrupted").isFalse();
            assertThat(them.alicesFelt()).as("Alice's work is still interrupted").isTrue();
        }
    }

    @Test
    void what_had_come_before_a_work_has_its_own_code_called_is_still_there_afterwards() throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<Boolean>();
            PooledTask<?> alices = alices(pool, () -> {
                Runnable call = Way.DEPENDENT.register(() -> own.complete(Thread.interrupted()));
                them.interruptedMeanwhile();
                call.run();
                them.alicesGoesOn();
            });
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).as("Alice's dependent was interrupted").isTrue();
            assertThat(them.alicesFelt()).as("Alice's work is still interrupted").isTrue();
        }
    }

    @Test
    void nor_is_it_hidden_by_a_task_of_another_that_runs_inline() throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<Boolean>();
            PooledTask<?> alices = alices(pool, () -> {
                Runnable call = Way.DEPENDENT.register(() -> own.complete(Thread.currentThread().isInterrupted()));
                them.interruptedMeanwhile();
                Two.AS_BOB.run(() -> pool.execute(call));
                them.alicesGoesOn();
            });
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).as("Alice's dependent was interrupted").isTrue();
            assertThat(them.alicesFelt()).as("Alice's work is still interrupted").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_a_work_registers_from_another_thread_is_its_own(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            PooledTask<?> alices = alices(pool, () -> {
                var registered = new CompletableFuture<Runnable>();
                Runnable elsewhere = Way.SUBSCRIBER
                        .register(() -> registered.complete(way.register(() -> own.complete(them.bobs()))));
                Thread.ofVirtual().start(elsewhere);
                registered.join().run();
            });
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).isEqualTo("disturbed");
        }
    }

    /** A part of Alice's work, which may be interrupted by itself. */
    private static <T> T part(Handshake handshake, Supplier<T> body) {
        return handshake.<T, RuntimeException>callAsPart(body::get);
    }

    @Test
    void a_part_of_a_work_is_interrupted_with_it() throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            PooledTask<?> alices = alices(pool, () -> own.complete(part(new Handshake(), them::bobs)));
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).isEqualTo("disturbed");
        }
    }

    @Test
    void a_part_of_a_work_is_interrupted_by_itself_and_nothing_is_left_of_that() throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            var handshake = new Handshake();
            PooledTask<?> unused = alices(pool, () -> {
                own.complete(part(handshake, () -> {
                    return them.interruptedMeanwhile() ? "interrupted" : "not interrupted";
                }));
                them.alicesGoesOn();
            });
            them.meanwhile(handshake::interrupt);
            assertThat(own.get()).isEqualTo("interrupted");
            assertThat(them.alicesFelt()).as("the rest of Alice's work was interrupted").isFalse();
        }
    }

    @Test
    void what_was_meant_for_the_whole_is_still_there_when_its_interrupted_part_has_ended() throws Exception {
        try (TaskPool pool = pool()) {
            var handshake = new Handshake();
            PooledTask<?> alices = alices(pool, () -> {
                part(handshake, () -> {
                    them.interruptedMeanwhile();
                    return "";
                });
                them.alicesGoesOn();
            });
            them.meanwhile(() -> {
                handshake.interrupt();
                alices.cancel(true);
            });
            assertThat(them.alicesFelt()).as("Alice's work was interrupted").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_another_has_registered_is_not_interrupted_with_a_part_that_calls_it_nor_with_the_whole(Way way)
            throws Exception {
        try (TaskPool pool = pool()) {
            var bobs = new CompletableFuture<String>();
            Runnable call = Two.AS_BOB.call(() -> way.register(() -> bobs.complete(them.bobs())));
            var handshake = new Handshake();
            var partFelt = new CompletableFuture<Boolean>();
            PooledTask<?> alices = alices(pool, () -> {
                part(handshake, () -> {
                    call.run();
                    return partFelt.complete(Thread.interrupted());
                });
                them.alicesGoesOn();
            });
            them.meanwhile(() -> {
                handshake.interrupt();
                alices.cancel(true);
            });
            them.assertUndisturbed(bobs);
            assertThat(partFelt.get()).as("the part was interrupted").isTrue();
        }
    }

    @Test
    void what_was_meant_for_the_whole_is_still_there_when_a_part_of_its_part_has_ended() throws Exception {
        try (TaskPool pool = pool()) {
            var inner = new Handshake();
            PooledTask<?> alices = alices(pool, () -> {
                part(new Handshake(), () -> part(inner, () -> {
                    them.interruptedMeanwhile();
                    return "";
                }));
                them.alicesGoesOn();
            });
            them.meanwhile(() -> {
                alices.cancel(true);
                inner.interrupt();
            });
            assertThat(them.alicesFelt()).as("Alice's work was interrupted").isTrue();
        }
    }

    @Test
    void what_was_noticed_in_a_part_is_gone_when_that_has_ended() throws Exception {
        try (TaskPool pool = pool()) {
            var handshake = new Handshake();
            PooledTask<?> unused = alices(pool, () -> {
                Thread.currentThread().interrupt();
                part(handshake, () -> {
                    boolean before = Thread.interrupted();
                    String fared = them.bobs();
                    return before + fared;
                });
                them.alicesGoesOn();
            });
            them.meanwhile(handshake::interrupt);
            assertThat(them.alicesFelt()).as("the rest of Alice's work was interrupted").isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_a_work_has_registered_is_interrupted_with_a_part_of_it_that_has_it_called(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            var handshake = new Handshake();
            PooledTask<?> unused = alices(pool, () -> {
                Runnable call = way.register(() -> own.complete(them.bobs()));
                part(handshake, () -> {
                    call.run();
                    return "";
                });
            });
            them.meanwhile(handshake::interrupt);
            assertThat(own.get()).isEqualTo("disturbed");
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void what_a_part_has_registered_that_has_ended_is_interrupted_with_the_whole(Way way) throws Exception {
        try (TaskPool pool = pool()) {
            var own = new CompletableFuture<String>();
            PooledTask<?> alices = alices(pool, () -> part(new Handshake(),
                    () -> way.register(() -> own.complete(them.bobs()))).run());
            them.meanwhile(() -> alices.cancel(true));
            assertThat(own.get()).isEqualTo("disturbed");
        }
    }
}
