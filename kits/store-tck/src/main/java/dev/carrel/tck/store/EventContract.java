package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;

import static org.assertj.core.api.Assertions.assertThat;

/** Event logs: numbered without a gap, read from any number, seen once. */
public interface EventContract extends StoreSubject {
    @Test
    default void an_empty_log_begins_at_one() {
        SessionId session = session();
        assertThat(store().events().range(session)).contains(new EventLog.Range("e1", 1, 0));
        assertThat(log(session)).isEmpty();
        assertThat(store().events().range(SessionId.random())).isEmpty();
        assertThat(log(SessionId.random())).isEmpty();
    }

    @Test
    default void events_are_read_from_any_number() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        commit(claim, List.of(text(claim, 0), text(claim, 1), text(claim, 2)), Changes.NONE);
        List<StoredEvent> all = log(session);

        assertThat(all).extracting(event -> event.id().toString()).containsExactly("e1.1", "e1.2", "e1.3", "e1.4",
                "e1.5", "e1.6");
        for (int after = 0; after <= 6; after++) {
            assertThat(store().events().read(session, after, 100)).isEqualTo(all.subList(after, 6));
            assertThat(store().events().read(session, after, Integer.MAX_VALUE)).isEqualTo(all.subList(after, 6));
            assertThat(store().events().read(session, after, 2)).isEqualTo(all.subList(after, Math.min(6, after + 2)));
        }
        assertThat(store().events().read(session, 7, 100)).isEmpty();
        assertThat(store().events().range(session)).contains(new EventLog.Range("e1", 1, 6));
    }

    @Test
    default void hostile_texts_come_back_as_they_were() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        List<Event> said = new ArrayList<>();
        for (String text : hostile()) {
            said.add(new Event.Text(turn, 1, said.size(), text));
            said.add(new Event.Data(turn, 1, said.size(), text, "{\"a\":[null,1.5,\"\\u0001\"]}"));
        }
        assertThat(commit(claim, said, Changes.NONE).done()).isTrue();

        assertThat(log(session).stream().map(StoredEvent::event).skip(2).limit(said.size())).isEqualTo(said);
        assertThat(store().turns().find(session, turn).orElseThrow().answer())
                .isEqualTo(dev.carrel.session.Answer.of(said));
    }

    @Test
    default void many_writers_number_their_events_without_a_gap_and_in_order() {
        SessionId session = session();
        Together.run(8, me -> {
            for (int i = 0; i < 10; i++) {
                if (me < 6) {
                    accept(session, "m" + me + "-" + i);
                } else {
                    tryClaim(session, NODE).ifPresent(claim -> {
                        store().turns().append(claim, List.of(text(claim, 0)));
                        assertThat(commit(claim, List.of(text(claim, 1)), Changes.NONE).done()).isTrue();
                    });
                }
            }
        });
        List<StoredEvent> all = log(session);
        assertThat(all).extracting(event -> event.id().number())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, all.size()).boxed().toList());
        Map<TurnId, List<String>> turns = new HashMap<>();
        all.forEach(event -> turns.computeIfAbsent(event.event().turn(), turn -> new ArrayList<>()).add(event.kind()));
        assertThat(turns).hasSize(60);
        assertThat(turns.values()).allSatisfy(kinds -> assertThat(List.of("message", "started", "text", "text",
                "committed").subList(0, kinds.size())).isEqualTo(kinds));
    }

    @Test
    default void listeners_hear_of_their_session_in_order_and_of_no_other() {
        SessionId session = session();
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        try (EventLog.Subscription _ = store().events().subscribe(session, new Hearing(heard))) {
            accept(session, "m1");
            SessionId other = session();
            accept(other, "m1");
            commit(claim(other));
            commit(claim(session));
            assertThat(heard).containsExactly(1L, 2L, 3L, 4L);
        }
        accept(session, "m2");
        assertThat(heard).hasSize(4);
    }

    @Test
    default void a_refused_operation_is_heard_by_nobody() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        try (EventLog.Subscription _ = store().events().subscribe(session, new Hearing(heard))) {
            commit(claim, List.of(text(claim, 0)), change("key", 7, "1"));
            accept(session, "m1");
            tryClaim(session, OTHER_NODE);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    default void readers_that_come_and_go_see_every_event_once_while_writers_write() {
        SessionId session = session();
        int turns = 40;
        Map<Integer, List<StoredEvent>> seen = new ConcurrentHashMap<>();
        Together.run(6, me -> {
            switch (me) {
                case 0 -> {
                    for (int i = 0; i < turns; i++) {
                        accept(session, "m" + i);
                    }
                }
                case 1 -> {
                    for (int done = 0; done < turns;) {
                        var claim = tryClaim(session, NODE);
                        if (claim.isPresent()) {
                            store().turns().append(claim.get(), List.of(text(claim.get(), 0)));
                            commit(claim.get(), List.of(text(claim.get(), 1)), Changes.NONE);
                            done++;
                        }
                    }
                }
                default -> seen.put(me, follow(session, turns, new Random(me)));
            }
        });
        List<StoredEvent> all = log(session);
        assertThat(all).hasSize(turns * 5);
        assertThat(seen).hasSize(4);
        assertThat(seen.values()).allSatisfy(events -> assertThat(events).isEqualTo(all));
    }

    /** Follows the log until this many turns have committed, through connections that break at random. */
    private List<StoredEvent> follow(SessionId session, int turns, Random random) {
        List<StoredEvent> seen = new ArrayList<>();
        int committed = 0;
        while (committed < turns) {
            @Nullable
            EventId last = seen.isEmpty() ? null : seen.getLast().id();
            try (EventStream stream = EventStream.open(store().events(), session, last).orElseThrow()) {
                for (int reads = random.nextInt(8); reads >= 0 && committed < turns; reads--) {
                    List<StoredEvent> next = stream.next(Duration.ofSeconds(10));
                    committed += (int) next.stream().filter(event -> event.kind().equals("committed")).count();
                    seen.addAll(next);
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        return seen;
    }

    @Test
    default void a_stream_goes_on_from_where_a_snapshot_ends() throws InterruptedException {
        SessionId session = session();
        accept(session, "m1");
        EventId last = store().sessions().snapshot(session, 10).orElseThrow().last();
        commit(claim(session));
        try (EventStream stream = EventStream.open(store().events(), session, last).orElseThrow()) {
            assertThat(stream.next(Duration.ofSeconds(10))).extracting(StoredEvent::kind).containsExactly("started",
                    "text", "committed");
        }
    }

    @Test
    default void a_number_that_is_not_of_this_log_asks_for_a_snapshot() {
        SessionId session = session();
        accept(session, "m1");
        assertThat(EventStream.open(store().events(), session, new EventId("e0", 1))).isEmpty();
        assertThat(EventStream.open(store().events(), session, new EventId("e1", 2))).isEmpty();
        EventStream.open(store().events(), session, new EventId("e1", 1)).orElseThrow().close();
    }

    @Test
    default void deleting_or_moving_a_session_ends_its_streams() {
        SessionId deleted = session();
        SessionId moved = session();
        try (EventStream one = EventStream.open(store().events(), deleted, null).orElseThrow();
                EventStream two = EventStream.open(store().events(), moved, null).orElseThrow()) {
            store().sessions().move(moved, BOB, ALICE);
            assertThat(two.ended()).isEmpty();
            end(deleted);
            store().sessions().move(moved, ALICE, BOB);
            assertThat(one.ended()).contains("deleted");
            assertThat(two.ended()).contains("moved");
        }
    }

    /** Writes down the numbers that it hears. */
    record Hearing(List<Long> numbers) implements EventLog.Listener {
        @Override
        public void logged(List<StoredEvent> events) {
            events.forEach(event -> numbers.add(event.id().number()));
        }

        @Override
        public void changed() {}

        @Override
        public void ended(String reason) {}
    }
}
