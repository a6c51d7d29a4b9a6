package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.CarrelException;
import dev.carrel.error.FailedException;
import dev.carrel.error.InvalidInputException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** All or nothing: what fails leaves nothing of itself behind. */
public interface AtomicContract extends StateSubject {
    /** Operations that cannot be done, with what they are refused with. */
    private List<Changes.Operation> impossible(Place place) {
        return List.of(increment(place, "large", 1), new Changes.Increment(place, "small", value("0"), -1, null),
                new Changes.Merge(place, "object", value("{}"), "{\"too\":\"long\"}", 10, null),
                increment(place, "text", 1),
                new Changes.Merge(place, "newer", value("{}"), "{\"a\":1}", MUCH, null));
    }

    private void prepare(SessionId session) {
        for (Place place : places(session)) {
            operate(session, putIfAbsent(place, "large", "" + Long.MAX_VALUE),
                    putIfAbsent(place, "small", "" + Long.MIN_VALUE), putIfAbsent(place, "text", "\"text\""),
                    new Changes.PutIfAbsent(place, "newer", new Encoded("Test", 2, "{}"), null),
                    increment(place, "count", 1), append(place, "list", "before"));
        }
    }

    private void unchanged(SessionId session) {
        for (Place place : places(session)) {
            assertThat(json(place, "count")).isEqualTo("1");
            assertThat(entries(place, "list")).containsExactly("before");
            assertThat(read(place, "object")).isEqualTo(Versioned.NEVER);
            assertThat(read(place, "large")).isEqualTo(new Versioned(1, value("" + Long.MAX_VALUE)));
            assertThat(read(place, "fresh")).isEqualTo(Versioned.NEVER);
        }
        assertThat(state(session, "put")).isEqualTo(Versioned.NEVER);
    }

    /** A write in which one operation cannot be done, at every position among others that can. */
    private List<Changes> refused(SessionId session) {
        List<Changes> all = new ArrayList<>();
        for (Place place : places(session)) {
            for (Changes.Operation bad : impossible(place)) {
                List<Changes.Operation> good = new ArrayList<>();
                for (Place other : places(session)) {
                    good.add(increment(other, "count", 1));
                    good.add(append(other, "list", "after"));
                    good.add(putIfAbsent(other, "fresh", "1"));
                }
                good.add(all.size() % (good.size() + 1), bad);
                all.add(new Changes(List.of(put("put", 0, "1")), good));
            }
        }
        return all;
    }

    @Test
    default void a_write_with_an_operation_that_cannot_be_done_changes_nothing() {
        SessionId session = session();
        prepare(session);
        int history = store().state().history(session, 100).size();
        for (Changes changes : refused(session)) {
            assertThatThrownBy(() -> write(session, changes)).isInstanceOf(CarrelException.class)
                    .isInstanceOfAny(InvalidInputException.class, FailedException.class);
            unchanged(session);
        }
        assertThat(store().state().history(session, 100)).hasSize(history);
    }

    @Test
    default void a_close_with_an_operation_that_cannot_be_done_leaves_the_turn_open() {
        SessionId session = session();
        prepare(session);
        TurnId turn = accept(session, "m1");
        var claim = claim(session);
        for (Changes changes : refused(session)) {
            assertThatThrownBy(() -> commit(claim, List.of(text(claim, 0)), changes))
                    .isInstanceOfAny(InvalidInputException.class, FailedException.class);
            unchanged(session);
            assertThat(kinds(session)).containsExactly("message", "started");
            assertThat(store().turns().find(session, turn)).get().extracting(Turn::status)
                    .isEqualTo(TurnStatus.RUNNING);
        }
        assertThat(commit(claim, List.of(text(claim, 0)), change("put", 0, "1")).done()).isTrue();
        assertThat(kinds(session)).containsExactly("message", "started", "text", "committed");
        assertThat(json(new Place.OfSession(session), "put")).isEqualTo("1");
    }

    @Test
    default void a_conflict_in_the_middle_of_many_changes_changes_nothing() {
        SessionId session = session();
        prepare(session);
        accept(session, "m1");
        var claim = claim(session);
        List<Changes.Operation> good = new ArrayList<>();
        for (Place place : places(session)) {
            good.add(increment(place, "count", 1));
            good.add(append(place, "list", "after"));
            good.add(putIfAbsent(place, "fresh", "1"));
        }
        var changes = new Changes(List.of(put("put", 0, "1"), put("count", 7, "1"), put("another", 0, "1")), good);

        assertThat(write(session, changes)).containsExactly("count");
        unchanged(session);
        assertThat(commit(claim, List.of(text(claim, 0)), changes).conflicts()).containsExactly("count");
        unchanged(session);
        assertThat(state(session, "another")).isEqualTo(Versioned.NEVER);
    }

    @Test
    default void a_message_that_is_refused_leaves_nothing() {
        SessionId session = session();
        accept(session, "m1");
        var before = store().sessions().find(session);
        var log = log(session);
        time().pass(java.time.Duration.ofSeconds(1));
        Turn another = asking(session, "m1", "another text");
        Turn busy = asking(session, "m2", "question");

        assertThatThrownBy(() -> accept(another, 10)).isInstanceOf(CarrelException.class);
        assertThatThrownBy(() -> accept(busy, 1)).isInstanceOf(CarrelException.class);
        assertThatThrownBy(() -> store().turns().accept(busy, ALICE, Arrival.REJECT, 10))
                .isInstanceOf(CarrelException.class);

        assertThat(store().sessions().find(session)).isEqualTo(before);
        assertThat(log(session)).isEqualTo(log);
        assertThat(store().turns().find(session, busy.id())).isEmpty();
        assertThat(accept(busy, 10)).as("refused, so it never came").extracting(it -> it.repeated()).isEqualTo(false);
    }

    @Test
    default void an_end_whose_farewell_cannot_be_done_has_not_happened() {
        SessionId session = session();
        prepare(session);
        store().sessions().ending(session, dev.carrel.session.EndReason.IDLE, null, null);
        var user = new Place.OfUser(ALICE);
        var bad = new Changes(List.of(), List.of(increment(user, "count", 1), increment(user, "large", 1)));
        assertThatThrownBy(() -> store().sessions().end(session, bad)).isInstanceOf(InvalidInputException.class);
        assertThat(json(user, "count")).isEqualTo("1");

        assertThat(store().sessions().end(session,
                new Changes(List.of(), List.of(increment(user, "count", 1))))).isTrue();
        assertThat(json(user, "count")).isEqualTo("2");
    }

    @Test
    default void a_session_is_created_once_however_many_try() {
        for (int round = 0; round < 10; round++) {
            SessionId id = SessionId.random();
            var created = new java.util.concurrent.atomic.AtomicInteger();
            Together.run(8, me -> {
                try {
                    store().sessions().create(new SessionRecord(id, me % 2 == 0 ? ALICE : BOB, "chat " + me, "",
                            time().now(), time().now(), 0, "e" + me));
                    created.incrementAndGet();
                } catch (dev.carrel.error.ConflictException _) {
                    assertThat(store().sessions().find(id)).isPresent();
                }
            });
            assertThat(created).hasValue(1);
        }
    }
}
