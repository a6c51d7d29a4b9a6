package dev.carrel.integrations.reactor;

import java.util.List;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.scheduler.Schedulers;

import dev.carrel.context.Authority;
import dev.carrel.context.Context;
import dev.carrel.context.Principal;
import dev.carrel.error.MissingContextException;
import dev.carrel.integrations.reactor.Users.Way;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** An operator of another library that does not pass the subscriber's context on: what a user of it sees. */
class ContextLossTest {
    @BeforeAll
    static void install() {
        ReactorContexts.install();
    }

    @AfterAll
    static void uninstall() throws Exception {
        ReactorContexts.uninstall();
        Users.assertWorkersKeepNobody();
    }

    /** Knows the interfaces of Reactive Streams and nothing of Reactor: so whatever is above it has a subscriber of no context. */
    private static <T> Publisher<T> losing(Flux<T> source) {
        return subscriber -> source.subscribe(new Subscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(T item) {
                subscriber.onNext(item);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }

    /** Loses the thread too. */
    private static <T> Publisher<T> onAThreadOfItsOwn(Flux<T> source) {
        return subscriber -> Thread.ofVirtual().start(() -> losing(source).subscribe(subscriber));
    }

    private static Flux<Integer> source(boolean switched) {
        return switched ? Flux.range(0, 3).publishOn(Schedulers.parallel()) : Flux.range(0, 3);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void where_the_operator_subscribes_on_its_subscribers_thread_nothing_is_lost(Way way) throws Exception {
        for (boolean switched : List.of(true, false)) {
            Users.each(way, () -> source(switched).map(i -> Users.who()).transform(ContextLossTest::losing)
                    .map(seen -> seen + Users.who()));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void where_it_subscribes_elsewhere_nobody_is_seen_above_it_and_the_subscriber_below(Way way) throws Exception {
        for (boolean switched : List.of(true, false)) {
            Flux<String> lost = source(switched).map(i -> Users.who()).transform(ContextLossTest::onAThreadOfItsOwn)
                    .map(seen -> seen + ", " + Users.who());
            assertThat(way.run(lost, Users.named("alice"))).hasSize(3).containsOnly("nobody, alice");
            assertThat(Users.named("bob").call(() -> way.run(lost, Users.named("alice")))).hasSize(3)
                    .containsOnly("nobody, alice");
        }
    }

    @Test
    void what_needs_a_user_there_fails_with_an_explanation() {
        Authority authority = Authority.named("test");
        Context alice = authority.bind(Context.root(), authority.visitor("school", "alice"));
        Flux<String> lost = source(true).map(i -> Principal.current().user())
                .transform(ContextLossTest::onAThreadOfItsOwn);
        assertThatThrownBy(() -> alice.call(() -> lost.blockLast())).isInstanceOf(MissingContextException.class)
                .hasMessageContaining("\"principal\"").hasMessageContaining("root context");
    }

    @Test
    void written_once_more_above_the_operator_it_is_there_again() throws Exception {
        Context alice = Users.named("alice");
        Flux<String> mended = source(true).map(i -> Users.who()).contextWrite(ReactorContexts.writing(alice))
                .transform(ContextLossTest::onAThreadOfItsOwn).map(seen -> seen + ", " + Users.who());
        assertThat(Way.WRITE.run(mended, alice)).hasSize(3).containsOnly("alice, alice");
    }

    @Test
    void reactors_own_tracking_names_the_operator() {
        Hooks.enableContextLossTracking();
        try {
            Flux<Integer> lost = source(false).transform(ContextLossTest::losing)
                    .contextWrite(ReactorContexts.writing(Users.named("alice")));
            assertThatThrownBy(lost::blockLast).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Context loss").hasMessageContaining("ContextLossTest");
        } finally {
            Hooks.disableContextLossTracking();
        }
    }
}
