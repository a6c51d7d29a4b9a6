package dev.carrel.tck.store;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.EndReason;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.TurnStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whose a session is: every list follows it, and nobody else can do anything to it. */
public interface OwnerContract extends StateSubject {
    /** A third one. */
    Owner CAROL = new Owner("another school", "carol");

    /** The ids of the owner's sessions. */
    default List<SessionId> sessions(Owner owner) {
        return store().sessions().list(owner, 1_000).stream().map(SessionRecord::id).toList();
    }

    @Test
    default void a_session_that_moves_twice_is_in_one_list_at_a_time() {
        SessionId session = session(ALICE);
        SessionId stays = session(ALICE);
        assertThat(store().sessions().move(session, ALICE, BOB)).isTrue();
        assertThat(sessions(ALICE)).containsExactly(stays);
        assertThat(sessions(BOB)).containsExactly(session);

        assertThat(store().sessions().move(session, ALICE, CAROL)).as("no longer hers").isFalse();
        assertThat(store().sessions().move(session, BOB, CAROL)).isTrue();
        assertThat(sessions(BOB)).isEmpty();
        assertThat(sessions(CAROL)).containsExactly(session);

        assertThat(store().sessions().move(session, CAROL, ALICE)).isTrue();
        assertThat(sessions(CAROL)).isEmpty();
        assertThat(sessions(ALICE)).containsExactlyInAnyOrder(session, stays);
    }

    @Test
    default void what_is_not_there_or_ends_does_not_move() {
        SessionId never = SessionId.random();
        SessionId ended = session();
        SessionId ending = session();
        end(ended);
        store().sessions().ending(ending, EndReason.IDLE, null, null);
        for (SessionId session : List.of(never, ended, ending)) {
            assertThat(store().sessions().move(session, ALICE, BOB)).isFalse();
        }
        assertThat(sessions(ALICE)).isEmpty();
        assertThat(sessions(BOB)).isEmpty();
        assertThat(store().sessions().ended(ending).orElseThrow().owner()).isEqualTo(ALICE);
    }

    @Test
    default void of_many_moves_at_once_one_happens() {
        for (int round = 0; round < 10; round++) {
            SessionId session = session(ALICE);
            Set<Owner> moved = ConcurrentHashMap.newKeySet();
            Together.run(8, me -> {
                var to = new Owner("school", "user " + me);
                if (store().sessions().move(session, ALICE, to)) {
                    moved.add(to);
                }
            });
            assertThat(moved).hasSize(1);
            Owner owner = moved.iterator().next();
            assertThat(owner(session)).isEqualTo(owner);
            assertThat(sessions(owner)).contains(session);
            assertThat(sessions(ALICE)).isEmpty();
        }
    }

    @Test
    default void a_session_that_moves_and_ends_at_once_is_in_no_list() {
        for (int round = 0; round < 20; round++) {
            SessionId session = session(ALICE);
            Together.run(3, me -> {
                switch (me) {
                    case 0 -> store().sessions().move(session, ALICE, BOB);
                    case 1 -> store().sessions().move(session, BOB, CAROL);
                    default -> end(session);
                }
            });
            assertThat(sessions(ALICE)).isEmpty();
            assertThat(sessions(BOB)).isEmpty();
            assertThat(sessions(CAROL)).isEmpty();
            assertThat(store().sessions().ended(session)).isPresent();
        }
    }

    @Test
    default void a_list_shows_only_the_owners_own_however_sessions_move() {
        List<SessionId> moving = List.of(session(ALICE), session(ALICE), session(ALICE), session(ALICE));
        Together.run(6, me -> {
            for (int i = 0; i < 20; i++) {
                if (me < moving.size()) {
                    store().sessions().move(moving.get(me), i % 2 == 0 ? ALICE : BOB, i % 2 == 0 ? BOB : ALICE);
                } else {
                    Owner owner = me % 2 == 0 ? ALICE : BOB;
                    var list = store().sessions().list(owner, 100);
                    assertThat(list).allSatisfy(it -> assertThat(it.owner()).isEqualTo(owner));
                    assertThat(list).extracting(SessionRecord::id).doesNotHaveDuplicates();
                }
            }
        });
        assertThat(sessions(ALICE)).containsExactlyInAnyOrderElementsOf(moving);
    }

    @Test
    default void nobody_else_can_write_ask_answer_or_stop() {
        SessionId session = session(ALICE);
        TurnId turn = accept(session, "m1");
        var claim = claim(session);
        store().turns().append(claim, List.of(new Event.Asked(turn, 1, 0, 0, "\"sure?\"")));
        TurnId queued = accept(session, "m2");
        var changes = new Changes(List.of(put("key", 0, "1")),
                List.of(increment(new Place.OfUser(ALICE), "count", 1)));
        var log = log(session);

        for (Owner other : List.of(BOB, CAROL, new Owner("another school", "alice"), new Owner("school", "Alice"))) {
            assertThatThrownBy(() -> store().state().write(session, other, "test", changes))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> store().turns().accept(asking(session, "m3", "text"), other, Arrival.INTERRUPT, 9))
                    .isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> store().turns().accept(asking(session, "m1", "question m1"), other, Arrival.QUEUE,
                    9)).as("not even a repeat").isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> store().turns().answer(session, other, turn, new Input(0, "\"yes\"")))
                    .isInstanceOf(NotFoundException.class);
            for (TurnId any : List.of(turn, queued)) {
                assertThat(store().turns().stop(new TurnStore.Stop(session, any, TurnStatus.CANCELLED,
                        Failure.of(ErrorCode.CANCELLED, "stopped")), other)).isEmpty();
            }
            assertThat(store().sessions().ending(session, EndReason.DELETED, other, null)).isEmpty();
            assertThat(store().sessions().move(session, other, other)).isFalse();
        }
        assertThat(log(session)).isEqualTo(log);
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        assertThat(read(new Place.OfUser(ALICE), "count")).isEqualTo(Versioned.NEVER);
        assertThat(store().turns().stopping(NODE)).isEmpty();
        assertThat(store().turns().inputs(session, turn)).isEmpty();
    }

    @Test
    default void what_works_in_a_session_changes_only_its_owners_state() {
        SessionId session = session(ALICE);
        accept(session, "m1");
        Claim claim = claim(session);
        List<Place> others = List.of(new Place.OfSession(session(BOB)), new Place.OfSession(session(ALICE)),
                new Place.OfUser(BOB), new Place.OfUser(CAROL), new Place.OfUser(new Owner("another school", "alice")),
                new Place.OfTenant("another school"), new Place.OfTenant("School"));
        for (Place other : others) {
            for (Changes.Operation operation : List.of(increment(other, "key", 1), append(other, "list", "e"))) {
                var changes = new Changes(List.of(put("key", 0, "1")),
                        List.of(increment(new Place.OfUser(ALICE), "count", 1), operation));
                assertThatThrownBy(() -> write(session, changes)).as("%s", other)
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> commit(claim, List.of(), changes)).as("%s", other)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        for (Place other : others) {
            assertThat(read(other, "key")).isEqualTo(Versioned.NEVER);
            assertThat(entries(other, "list")).isEmpty();
        }
        assertThat(state(session, "key")).as("nothing is half written").isEqualTo(Versioned.NEVER);
        assertThat(read(new Place.OfUser(ALICE), "count")).isEqualTo(Versioned.NEVER);
        assertThat(commit(claim, List.of(), Changes.NONE).done()).isTrue();
    }

    @Test
    default void whose_it_was_can_write_no_more_once_it_has_moved() {
        for (int round = 0; round < 10; round++) {
            SessionId session = session(ALICE);
            Together.run(5, me -> {
                if (me == 0) {
                    assertThat(store().sessions().move(session, ALICE, BOB)).isTrue();
                    assertThatThrownBy(() -> store().state().write(session, ALICE, "test", change("key", 0, "1")))
                            .isInstanceOf(NotFoundException.class);
                    operate(session, increment(new Place.OfSession(session), "after", 1));
                    return;
                }
                for (int i = 0; i < 5; i++) {
                    try {
                        assertThat(owner(session)).isIn(ALICE, BOB);
                        store().state().write(session, ALICE, "test", new Changes(List.of(),
                                List.of(increment(new Place.OfSession(session), "before", 1),
                                        increment(new Place.OfUser(ALICE), "written " + session, 1))));
                    } catch (NotFoundException _) {
                        assertThat(owner(session)).isEqualTo(BOB);
                    }
                }
            });
            assertThat(json(new Place.OfSession(session), "after")).isEqualTo("1");
            assertThat(json(new Place.OfUser(ALICE), "written " + session))
                    .isEqualTo(json(new Place.OfSession(session), "before"));
        }
    }
}
