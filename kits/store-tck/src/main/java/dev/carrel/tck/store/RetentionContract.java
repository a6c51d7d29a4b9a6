package dev.carrel.tck.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.EventId;
import dev.carrel.session.EventStream;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Retention;

import static org.assertj.core.api.Assertions.assertThat;

/** A log is bounded by count, length and age, and a reader whose place is gone is told. The store has its default bounds. */
public interface RetentionContract extends StateSubject {
    private List<Event> said(Claim claim, int from, int n, String text) {
        return IntStream.range(from, from + n).<Event>mapToObj(
                i -> new Event.Text(claim.turn().id(), claim.turn().attempt(), i, text)).toList();
    }

    private EventLog.Range range(SessionId session) {
        return store().events().range(session).orElseThrow();
    }

    private TurnId turn(SessionId session, String id, int events, String text) {
        TurnId turn = accept(session, id);
        Claim claim = claim(session);
        for (int i = 0; i < events; i += 1_000) {
            store().turns().append(claim, said(claim, i, Math.min(1_000, events - i), text));
        }
        var answer = Answer.of(said(claim, 0, events, text));
        assertThat(store().turns().close(claim, claim.turn().closed(TurnStatus.COMMITTED, answer, null), List.of(),
                Changes.NONE).done()).isTrue();
        return turn;
    }

    /** The log is what the range says, without a gap, and what it has dropped is not read. */
    private void consistent(SessionId session) {
        EventLog.Range range = range(session);
        List<Long> numbers = new ArrayList<>();
        List<StoredEvent> read = store().events().read(session, 0, 500);
        while (!read.isEmpty()) {
            read.forEach(it -> numbers.add(it.id().number()));
            read = store().events().read(session, numbers.getLast(), 500);
        }
        assertThat(numbers).hasSize((int) (range.last() - range.first() + 1)).isSorted().doesNotHaveDuplicates();
        if (!numbers.isEmpty()) {
            assertThat(numbers.getFirst()).isEqualTo(range.first());
            assertThat(numbers.getLast()).isEqualTo(range.last());
        }
    }

    @Test
    default void a_log_keeps_about_so_many_events_and_its_numbers_go_on() {
        SessionId session = session();
        int most = Retention.DEFAULT.events();
        turn(session, "m1", most * 2 / 3, "x");
        sweep();
        assertThat(range(session).first()).isEqualTo(1);
        TurnId second = turn(session, "m2", most * 2 / 3, "y");
        sweep();
        EventLog.Range range = range(session);
        assertThat(range.last()).isEqualTo(2L * (most * 2 / 3 + 3));
        assertThat(range.last() - range.first() + 1).isBetween(most / 2L, (long) most);
        consistent(session);
        assertThat(store().turns().committed(session, 10)).as("a turn keeps what it said").hasSize(2)
                .allSatisfy(it -> assertThat(it.answer().text()).hasSize(most * 2 / 3));
        assertThat(store().sessions().snapshot(session, 10).orElseThrow().last())
                .isEqualTo(new EventId("e1", range.last()));
        assertThat(log(session)).last().extracting(it -> it.event().turn()).isEqualTo(second);
        accept(session, "m3");
        assertThat(range(session).last()).isEqualTo(range.last() + 1);
        sweep();
        consistent(session);
    }

    @Test
    default void a_log_keeps_about_so_many_characters() {
        SessionId session = session();
        String text = "x".repeat((int) (Retention.DEFAULT.eventLength() / 10));
        for (int i = 0; i < 4; i++) {
            turn(session, "m" + i, 4, text);
        }
        sweep();
        consistent(session);
        assertThat(range(session).first()).isGreaterThan(1);
        assertThat(log(session).stream().mapToLong(it -> it.json().length()).sum())
                .isBetween(Retention.DEFAULT.eventLength() / 3, Retention.DEFAULT.eventLength());
    }

    @Test
    default void a_log_keeps_events_so_long() {
        SessionId session = session();
        SessionId other = session();
        turn(session, "m1", 5, "x");
        time().pass(Retention.DEFAULT.eventAge().minus(Duration.ofDays(1)));
        turn(session, "m2", 2, "y");
        turn(other, "m1", 2, "z");
        sweep();
        assertThat(range(session).first()).isEqualTo(1);
        time().pass(Duration.ofDays(2));
        sweep();
        assertThat(range(session)).isEqualTo(new EventLog.Range("e1", 9, 13));
        assertThat(range(other)).isEqualTo(new EventLog.Range("e1", 1, 5));
        consistent(session);
        time().pass(Retention.DEFAULT.eventAge().plus(Duration.ofDays(1)));
        sweep();
        assertThat(range(session)).as("empty, and its numbers are not used again")
                .isEqualTo(new EventLog.Range("e1", 14, 13));
        assertThat(log(session)).isEmpty();
        accept(session, "m3");
        assertThat(log(session)).extracting(it -> it.id().number()).containsExactly(14L);
    }

    @Test
    default void what_the_running_attempt_has_said_is_not_dropped() {
        SessionId session = session();
        turn(session, "m1", 3, "old");
        accept(session, "m2");
        Claim claim = claim(session);
        int first = (int) range(session).last();
        store().turns().append(claim, said(claim, 0, 3, "x"));
        time().pass(Retention.DEFAULT.eventAge().multipliedBy(2));
        sweep();
        assertThat(range(session).first()).isLessThanOrEqualTo(first);
        assertThat(log(session).stream().filter(it -> it.event() instanceof Event.Text text && text.text().equals("x")))
                .hasSize(3);
        assertThat(store().turns().append(claim, said(claim, 0, 4, "x"))).as("a repeat is still one").isTrue();
        assertThat(commit(claim, List.of(), Changes.NONE).done()).isTrue();
        assertThat(range(session).last()).isEqualTo(first + 5);
    }

    @Test
    default void a_reader_whose_place_is_gone_is_told() throws InterruptedException {
        SessionId session = session();
        turn(session, "m1", 5, "x");
        EventId old = new EventId("e1", 3);
        try (var slow = EventStream.open(store().events(), session, old).orElseThrow()) {
            time().pass(Retention.DEFAULT.eventAge().plus(Duration.ofDays(1)));
            turn(session, "m2", 5, "y");
            sweep();
            while (!slow.missed()) {
                assertThat(slow.next(Duration.ofSeconds(10))).as("what is after the gap").isEmpty();
            }
            assertThat(EventStream.open(store().events(), session, old)).isEmpty();
            assertThat(EventStream.open(store().events(), session, null)).isEmpty();
        }
        EventId last = store().sessions().snapshot(session, 10).orElseThrow().last();
        EventStream.open(store().events(), session, last).orElseThrow().close();
        EventStream.open(store().events(), session, new EventId("e1", range(session).first() - 1)).orElseThrow()
                .close();
    }

    @Test
    default void a_history_of_changes_keeps_the_newest() {
        SessionId session = session();
        int most = Retention.DEFAULT.changes();
        for (int version = 0; version < 12; version++) {
            List<Changes.Put> puts = new ArrayList<>();
            for (int key = 0; key < most / 10; key++) {
                puts.add(put("key" + key, version, "" + version));
            }
            assertThat(write(session, new Changes(puts, List.of()))).isEmpty();
        }
        sweep();
        var history = store().state().history(session, 2 * most);
        assertThat(history).hasSizeBetween(most / 2, most);
        assertThat(history.getFirst().version()).isEqualTo(12);
        assertThat(store().state().valueAt(session, "key0", 12)).contains(value("11"));
        assertThat(store().state().valueAt(session, "key0", 1)).isEmpty();
        assertThat(state(session, "key0").version()).isEqualTo(12);
    }
}
