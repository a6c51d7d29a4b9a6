package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.EndReason;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EndedSession;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Retention;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.TurnStore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The end of a session: once, for good, and nothing brings it back. */
public interface EndedContract extends StateSubject {
    /** It has ended or is ending: nothing finds it. */
    private void nothingFindsIt(SessionId session) {
        assertThat(store().sessions().find(session)).isEmpty();
        assertThat(store().sessions().list(ALICE, 1_000)).extracting(SessionRecord::id).doesNotContain(session);
        assertThat(store().sessions().snapshot(session, 10)).isEmpty();
        assertThat(store().events().range(session)).isEmpty();
        assertThat(log(session)).isEmpty();
        assertThat(store().turns().waiting()).doesNotContain(session);
        assertThat(store().turns().stopping(NODE)).extracting(TurnStore.Stop::session).doesNotContain(session);
        assertThat(store().state().history(session, 10)).isEmpty();
    }

    /** It has ended: but for who had it and why it ended, nothing is left. */
    private void nothingIsLeft(SessionId session) {
        nothingFindsIt(session);
        assertThat(store().turns().committed(session, 10)).isEmpty();
        var place = new Place.OfSession(session);
        for (String key : List.of("key", "count", "object", "first")) {
            assertThat(read(place, key).value()).isNull();
        }
        assertThat(entries(place, "list")).isEmpty();
    }

    /** Everything that writes, one after another; what it throws for a session that is not there is what it should throw. */
    private void tryEverything(SessionId session, @Nullable Claim claim, TurnId turn, int me) {
        var place = new Place.OfSession(session);
        List<Runnable> writes = List.of(() -> write(session, change("key", me % 2, "1")),
                () -> operate(session, increment(place, "count", 1), increment(new Place.OfTenant("school"), "n", 1)),
                () -> operate(session, append(place, "list", "e" + me)),
                () -> operate(session, merge(place, "object", "{\"a\":1}")),
                () -> operate(session, putIfAbsent(place, "first", "1")),
                () -> accept(session, "m" + me),
                () -> accept(session, "m1"),
                () -> store().turns().accept(asking(session, "i" + me, "text"), ALICE, Arrival.INTERRUPT, 100),
                () -> store().turns().answer(session, ALICE, turn, new Input(0, "\"yes\"")));
        for (Runnable write : writes) {
            try {
                write.run();
            } catch (NotFoundException | ConflictException _) {
                // It has ended, or was answered by another.
            }
        }
        if (claim != null) {
            store().turns().append(claim, List.of(new Event.Asked(turn, 1, 0, 0, "\"sure?\""), text(claim, 1)));
            commit(claim, List.of(), new Changes(List.of(), List.of(increment(place, "count", 1))));
            store().turns().release(claim);
        }
        tryClaim(session, NODE);
        store().turns().stop(new TurnStore.Stop(session, turn, TurnStatus.CANCELLED,
                Failure.of(ErrorCode.CANCELLED, "stopped")), ALICE);
        store().sessions().move(session, ALICE, ALICE);
        store().turns().renew(NODE, LEASE);
        store().sweep();
    }

    @Test
    default void no_operation_brings_an_ended_session_back() {
        for (boolean removed : List.of(false, true)) {
            SessionId session = session();
            TurnId turn = accept(session, "m1");
            Claim claim = claim(session);
            store().turns().append(claim, List.of(new Event.Asked(turn, 1, 0, 0, "\"sure?\"")));
            accept(session, "m2");
            write(session, change("key", 0, "1"));
            SessionRecord record = store().sessions().find(session).orElseThrow();
            assertThat(store().sessions().ending(session, EndReason.IDLE, null, null)).contains(record);
            if (removed) {
                assertThat(store().sessions().end(session, Changes.NONE)).isTrue();
            }

            tryEverything(session, claim, turn, 3);

            assertThat(store().turns().append(claim, List.of(text(claim, 1)))).isFalse();
            assertThat(commit(claim, List.of(), Changes.NONE).lost()).isTrue();
            assertThatThrownBy(() -> write(session, change("key", 1, "2"))).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> accept(session, "m1")).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> store().sessions().create(record)).isInstanceOf(ConflictException.class);
            assertThat(read(new Place.OfTenant("school"), "n").version()).as("what it refused, it did not do").isZero();
            nothingFindsIt(session);
            assertThat(store().sessions().ended(session)).contains(
                    new EndedSession(session, ALICE, "tutor", "idle", time().now()));
            assertThat(store().sessions().ending(session, EndReason.DELETED, null, null)).isEmpty();
            assertThat(store().sessions().end(session, Changes.NONE)).isEqualTo(!removed);
            nothingIsLeft(session);
        }
    }

    @Test
    default void writes_at_the_same_time_do_not_bring_it_back_either() {
        for (int round = 0; round < 8; round++) {
            SessionId session = session();
            TurnId turn = accept(session, "m1");
            Claim claim = claim(session);
            store().turns().append(claim, List.of(new Event.Asked(turn, 1, 0, 0, "\"sure?\"")));
            SessionRecord record = store().sessions().find(session).orElseThrow();
            Together.run(6, me -> {
                if (me == 0) {
                    assertThat(end(session)).isTrue();
                } else if (me == 1) {
                    for (int i = 0; i < 10; i++) {
                        assertThatThrownBy(() -> store().sessions().create(record))
                                .isInstanceOf(ConflictException.class);
                    }
                } else {
                    tryEverything(session, me == 2 ? claim : null, turn, me);
                }
            });
            nothingIsLeft(session);
            assertThatThrownBy(() -> store().sessions().create(record)).isInstanceOf(ConflictException.class);
            assertThat(store().state().usage()).noneMatch(it -> it.scope() == dev.carrel.session.Scope.SESSION);
        }
    }

    @Test
    default void nobody_creates_it_again_in_the_moment_of_its_end() {
        List<SessionRecord> records = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            records.add(store().sessions().find(session()).orElseThrow());
        }
        Together.run(4, me -> {
            for (SessionRecord record : records) {
                boolean ended;
                do {
                    ended = me == 0 ? end(record.id()) : store().sessions().ended(record.id()).isPresent();
                    if (me > 0) {
                        assertThatThrownBy(() -> store().sessions().create(record))
                                .isInstanceOf(ConflictException.class);
                    }
                } while (!ended);
            }
        });
        assertThat(store().sessions().list(ALICE, 1_000)).isEmpty();
    }

    @Test
    default void of_many_that_end_it_at_once_one_does_and_its_farewell_is_said_once() {
        var farewell = new Changes(List.of(), List.of(increment(new Place.OfUser(ALICE), "farewells", 1)));
        for (int round = 1; round <= 10; round++) {
            SessionId session = session();
            var began = new AtomicInteger();
            var ended = new AtomicInteger();
            Together.run(8, me -> {
                EndReason reason = List.copyOf(java.util.EnumSet.allOf(EndReason.class)).get(me % 5);
                store().sessions().ending(session, reason, null, null).ifPresent(it -> began.incrementAndGet());
                if (store().sessions().end(session, farewell)) {
                    ended.incrementAndGet();
                }
            });
            assertThat(began).hasValue(1);
            assertThat(ended).hasValue(1);
            assertThat(json(new Place.OfUser(ALICE), "farewells")).isEqualTo("" + round);
        }
    }

    @Test
    default void until_it_is_removed_it_tells_what_it_held_and_said() {
        SessionId session = session();
        var place = new Place.OfSession(session);
        operate(session, increment(place, "count", 7), append(place, "list", "e"));
        accept(session, "m1");
        Claim claim = claim(session);
        commit(claim, List.of(text(claim, 0)), change("key", 0, "1"));
        var said = store().turns().committed(session, 10);
        accept(session, "m2");
        Claim running = claim(session);
        store().sessions().ending(session, EndReason.IDLE, null, null);

        assertThat(commit(running, List.of(), change("key", 1, "2")).lost()).isTrue();
        assertThat(json(place, "count")).isEqualTo("7");
        assertThat(json(place, "key")).isEqualTo("1");
        assertThat(entries(place, "list")).containsExactly("e");
        assertThat(store().turns().committed(session, 10)).isEqualTo(said).hasSize(1);
        nothingFindsIt(session);

        store().sessions().end(session, Changes.NONE);
        nothingIsLeft(session);
    }

    @Test
    default void a_session_that_is_not_ending_cannot_be_removed() {
        SessionId session = session();
        write(session, change("key", 0, "1"));
        assertThat(store().sessions().end(session, Changes.NONE)).isFalse();
        assertThat(store().sessions().end(SessionId.random(), Changes.NONE)).isFalse();
        assertThat(store().sessions().ended(session)).isEmpty();
        assertThat(state(session, "key").value()).isNotNull();
    }

    @Test
    default void who_began_to_end_it_and_died_is_found_and_what_is_left_is_forgotten_at_last() {
        SessionId session = session();
        store().sessions().ending(session, EndReason.EVICTED, null, null);
        time().pass(Duration.ofMinutes(1));
        SessionId later = session();
        store().sessions().ending(later, EndReason.ERASED, null, null);
        assertThat(store().sessions().ending(time().now(), 10)).extracting(EndedSession::id).containsExactly(session);
        assertThat(store().sessions().ending(time().now().plusNanos(1_000), 10)).extracting(EndedSession::id)
                .containsExactlyInAnyOrder(session, later);
        assertThat(store().sessions().ending(time().now().plusNanos(1_000), 1)).hasSize(1);
        store().sessions().end(session, Changes.NONE);
        assertThat(store().sessions().ending(time().now(), 10)).isEmpty();

        time().pass(Retention.DEFAULT.ended().minusMinutes(1));
        sweep();
        assertThat(store().sessions().ended(session)).map(EndedSession::reason).contains("evicted");
        time().pass(Duration.ofMinutes(2));
        sweep();
        assertThat(store().sessions().ended(session)).isEmpty();
        assertThat(store().sessions().ended(later)).as("not removed yet").isPresent();
    }

    @Test
    default void what_is_used_or_busy_is_not_idle() {
        SessionId idle = session();
        SessionId busy = session();
        accept(busy, "m1");
        time().pass(Duration.ofHours(1));
        SessionId used = session();
        var since = time().now().minusSeconds(60);

        assertThat(store().sessions().due(since, since.minusSeconds(86_400), 10)).extracting(SessionRecord::id)
                .containsExactly(idle);
        assertThat(store().sessions().due(since.minusSeconds(86_400), since, 10)).as("too old")
                .extracting(SessionRecord::id).containsExactly(idle);
        assertThat(store().sessions().due(since, since, 0)).isEmpty();
        assertThat(store().sessions().ending(busy, EndReason.IDLE, null, since)).isEmpty();
        assertThat(store().sessions().ending(used, EndReason.IDLE, null, since)).isEmpty();
        assertThat(store().sessions().ending(idle, EndReason.IDLE, BOB, since)).isEmpty();
        assertThat(store().sessions().ending(idle, EndReason.IDLE, ALICE, since)).isPresent();
        assertThat(store().sessions().due(since, since, 10)).isEmpty();
        commit(claim(busy));
        assertThat(store().sessions().ending(busy, EndReason.IDLE, null, since)).isPresent();
        assertThat(Optional.of(used)).hasValueSatisfying(it -> assertThat(store().sessions().find(it)).isPresent());
    }

    @Test
    default void beyond_a_cap_are_the_least_recently_active_that_are_not_busy() {
        SessionId busy = session(ALICE);
        accept(busy, "m1");
        time().pass(Duration.ofSeconds(1));
        SessionId oldest = session(ALICE);
        time().pass(Duration.ofSeconds(1));
        SessionId bobs = session(BOB);
        time().pass(Duration.ofSeconds(1));
        SessionId newest = session(ALICE);
        session(new dev.carrel.session.Owner("another school", "alice"));
        var alice = new Place.OfUser(ALICE);
        var school = new Place.OfTenant("school");

        assertThat(store().sessions().beyond(alice, 3, 10)).isEmpty();
        assertThat(store().sessions().beyond(alice, 2, 10)).as("it is busy").isEmpty();
        assertThat(store().sessions().beyond(alice, 1, 10)).extracting(SessionRecord::id).containsExactly(oldest);
        assertThat(store().sessions().beyond(school, 1, 10)).extracting(SessionRecord::id).containsExactly(oldest,
                bobs);
        assertThat(store().sessions().beyond(school, 0, 2)).extracting(SessionRecord::id).containsExactly(oldest, bobs);
        assertThat(store().sessions().beyond(school, 0, 9)).extracting(SessionRecord::id).containsExactly(oldest, bobs,
                newest);
        assertThatThrownBy(() -> store().sessions().beyond(new Place.OfApplication(), 0, 9))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
