package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.EventStream;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.TurnStore;

import static org.assertj.core.api.Assertions.assertThat;

/** An event is logged once, under one number, however often and by however many it is said. */
public interface OnceContract extends StateSubject {
    /** The first pieces of the claimed attempt's answer. */
    default List<Event> pieces(Claim claim, int n) {
        List<Event> pieces = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            pieces.add(text(claim, i));
        }
        return pieces;
    }

    /** Numbers from 1, without a gap and without repetition. */
    default void numbered(SessionId session) {
        List<StoredEvent> all = log(session);
        assertThat(all).extracting(it -> it.id().number())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, all.size()).boxed().toList());
        assertThat(all).extracting(it -> it.id().epoch()).containsOnly("e1");
    }

    @Test
    default void what_many_say_again_at_once_is_logged_once_and_in_order() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        List<Event> pieces = pieces(claim, 40);
        Together.run(8, me -> {
            for (int end = 1; end <= pieces.size(); end++) {
                int from = Math.max(0, end - 1 - me);
                assertThat(store().turns().append(claim, pieces.subList(0, end).subList(from, end))).isTrue();
            }
        });
        assertThat(log(session).stream().skip(2).map(StoredEvent::event)).isEqualTo(pieces);
        numbered(session);
    }

    @Test
    default void a_close_that_many_repeat_at_once_happens_once() {
        for (int round = 0; round < 5; round++) {
            SessionId session = session();
            accept(session, "m1");
            Claim claim = claim(session);
            var user = new Place.OfUser(ALICE);
            var changes = new Changes(List.of(put("key", 0, "1")), List.of(increment(user, "closes " + session, 1),
                    increment(new Place.OfSession(session), "closes", 1), append(user, "list", "" + session)));
            Together.run(8, me -> {
                for (int i = 0; i < 3; i++) {
                    assertThat(commit(claim, pieces(claim, 3), changes)).isEqualTo(TurnStore.Closed.DONE);
                }
            });
            assertThat(kinds(session)).containsExactly("message", "started", "text", "text", "text", "committed");
            assertThat(json(user, "closes " + session)).isEqualTo("1");
            assertThat(json(new Place.OfSession(session), "closes")).isEqualTo("1");
            assertThat(state(session, "key").version()).isEqualTo(1);
            assertThat(entries(user, "list")).containsOnlyOnce("" + session);
            numbered(session);
        }
    }

    @Test
    default void listeners_hear_every_number_once_and_in_order_while_many_repeat() {
        SessionId session = session();
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        try (var _ = store().events().subscribe(session, new EventContract.Hearing(heard))) {
            for (int turn = 0; turn < 5; turn++) {
                accept(session, "m" + turn);
                Claim claim = claim(session);
                Together.run(6, me -> {
                    for (int i = 0; i < 10; i++) {
                        store().turns().append(claim, pieces(claim, i + 1));
                    }
                });
                commit(claim, pieces(claim, 11), Changes.NONE);
            }
            assertThat(heard).isEqualTo(LongStream.rangeClosed(1, 5 * 14).boxed().toList());
        }
    }

    @Test
    default void a_turn_that_is_taken_over_while_its_old_node_still_speaks_stays_in_order() {
        for (int round = 0; round < 5; round++) {
            SessionId session = session();
            accept(session, "m1");
            TurnId next = accept(session, "m2");
            Claim old = claim(session);
            time().pass(LEASE);
            Set<String> said = ConcurrentHashMap.newKeySet();
            Together.run(3, me -> {
                switch (me) {
                    case 0 -> {
                        for (int i = 0; i < 20 && store().turns().append(old, List.of(text(old, i))); i++) {
                            said.add(((Event.Text) text(old, i)).text());
                        }
                    }
                    case 1 -> commit(tryClaim(session, OTHER_NODE).orElseThrow());
                    default -> store().turns().append(old, List.of());
                }
            });
            numbered(session);
            assertThat(kinds(session).stream().filter(kind -> !kind.equals("text")).toList()).containsExactly("message",
                    "message", "started", "interrupted", "started", "committed");
            assertThat(log(session).stream().map(StoredEvent::event)
                    .filter(it -> it instanceof Event.Text && it.turn().equals(old.turn().id()))).hasSize(said.size());
            assertThat(store().turns().find(session, next).orElseThrow().answer().text()).isEqualTo("piece 0 ");
        }
    }

    @Test
    default void two_logs_have_numbers_of_their_own() {
        SessionId one = session();
        SessionId two = SessionId.random();
        store().sessions().create(new SessionRecord(two, ALICE, "tutor", "", time().now(), time().now(), 0, "e2"));
        Together.run(2, me -> {
            for (int i = 0; i < 10; i++) {
                accept(me == 0 ? one : two, "m" + i);
            }
        });
        numbered(one);
        assertThat(log(two)).extracting(it -> it.id().toString()).startsWith("e2.1", "e2.2").endsWith("e2.10");
    }

    @Test
    default void a_stream_that_goes_on_at_any_number_sees_the_rest_once() throws InterruptedException {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        store().turns().append(claim, pieces(claim, 5));
        List<StoredEvent> before = log(session);
        for (StoredEvent from : before) {
            try (var stream = EventStream.open(store().events(), session, from.id()).orElseThrow()) {
                store().turns().append(claim, pieces(claim, 5));
                List<StoredEvent> seen = new ArrayList<>();
                int left = before.size() - (int) from.id().number();
                while (seen.size() < left) {
                    seen.addAll(stream.next(Duration.ofSeconds(10)));
                }
                assertThat(seen).isEqualTo(before.subList(before.size() - left, before.size()));
            }
        }
    }
}
