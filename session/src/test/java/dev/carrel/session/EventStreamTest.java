package dev.carrel.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.carrel.context.Authority;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.time.TimeSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A reader's way through the log, while it grows. */
@Timeout(60)
class EventStreamTest {
    private final MemoryStore store = new MemoryStore(TimeSource.system());
    private SessionId session = SessionId.random();

    @BeforeEach
    void create() {
        session = new Sessions(store, TimeSource.system())
                .create(Authority.named("test").user("school", "alice", "Alice", Set.of()), "chat").id();
    }

    private Claim claim() {
        var message = new Message("m", "text", Instant.EPOCH);
        store.turns().accept(Turn.queued(TurnId.random(), session, message, "sealed"), new Owner("school", "alice"),
                Arrival.QUEUE, 16);
        return store.turns().claim(session, NodeId.random(), Duration.ofMinutes(1), Set.of(), 3).orElseThrow();
    }

    private void say(Claim claim, int from, int to) {
        List<Event> said = new ArrayList<>();
        for (int i = from; i < to; i++) {
            said.add(new Event.Text(claim.turn().id(), 1, i, "t" + i));
        }
        store.turns().append(claim, said);
    }

    private static List<StoredEvent> read(EventStream stream, int count) throws InterruptedException {
        List<StoredEvent> events = new ArrayList<>();
        while (events.size() < count) {
            events.addAll(stream.next(Duration.ofSeconds(20)));
        }
        return events;
    }

    @RepeatedTest(20)
    void a_reader_that_joins_while_the_log_grows_sees_every_event_once() throws Exception {
        Claim claim = claim();
        int pieces = 3_000;
        var writing = CompletableFuture.runAsync(() -> {
            // In pieces of every size, some larger than what a stream keeps ahead.
            for (int i = 0, size = 1; i < pieces; i += size, size = Math.min(pieces - i, size * 3 % 1_500 + 1)) {
                say(claim, i, i + size);
            }
        }, task -> Thread.ofVirtual().start(task));
        try (EventStream stream = EventStream.open(store.events(), session, null).orElseThrow()) {
            List<StoredEvent> events = read(stream, pieces + 2);
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i).id().number()).isEqualTo(i + 1L);
            }
        }
        writing.join();
    }

    @Test
    void it_goes_on_after_the_number_that_it_is_given() throws Exception {
        Claim claim = claim();
        say(claim, 0, 10);
        var range = store.events().range(session).orElseThrow();
        for (long number = 0; number <= 12; number++) {
            try (EventStream stream = EventStream.open(store.events(), session, new EventId(range.epoch(), number))
                    .orElseThrow()) {
                if (number < 12) {
                    assertThat(stream.next(Duration.ZERO).getFirst().id().number()).isEqualTo(number + 1);
                } else {
                    assertThat(stream.next(Duration.ZERO)).isEmpty();
                }
            }
        }
        assertThat(EventStream.open(store.events(), session, new EventId(range.epoch(), 13))).isEmpty();
        assertThat(EventStream.open(store.events(), session, new EventId("other", 1))).isEmpty();
        assertThatThrownBy(() -> EventStream.open(store.events(), SessionId.random(), null))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void a_wake_or_an_end_comes_through_and_the_events_before_it() throws Exception {
        Claim claim = claim();
        try (EventStream stream = EventStream.open(store.events(), session, null).orElseThrow()) {
            read(stream, 2);
            stream.wake();
            assertThat(stream.next(Duration.ofSeconds(20))).isEmpty();
            say(claim, 0, 3);
            stream.end("deleted");
            assertThat(read(stream, 3)).hasSize(3);
            assertThat(stream.next(Duration.ofSeconds(20))).isEmpty();
            stream.end("again");
            assertThat(stream.ended()).contains("deleted");
        }
    }

    @Test
    void a_slow_reader_keeps_a_bounded_number_and_reads_the_rest() throws Exception {
        Claim claim = claim();
        try (EventStream stream = EventStream.open(store.events(), session, null).orElseThrow()) {
            read(stream, 2);
            for (int i = 0; i < 50; i++) {
                say(claim, i * 100, i * 100 + 100);
            }
            // More than it keeps ahead: it falls back to reading, a page at a time.
            assertThat(stream.next(Duration.ofSeconds(20))).hasSizeLessThanOrEqualTo(256);
            assertThat(read(stream, 5_000 - 256)).hasSizeGreaterThanOrEqualTo(5_000 - 256);
        }
    }

    /** A log that publishes at the worst moments. */
    private static final class AwkwardLog implements EventLog {
        final List<StoredEvent> stored = new ArrayList<>();
        final List<Listener> listeners = new ArrayList<>();
        final List<StoredEvent> publishedWhileRead = new ArrayList<>();

        StoredEvent log(int number) {
            var event = new StoredEvent(new EventId("e", number), "text", 1, "{}");
            stored.add(event);
            return event;
        }

        void publish(List<StoredEvent> events) {
            listeners.forEach(listener -> listener.logged(events));
        }

        @Override
        public Optional<Range> range(SessionId session) {
            return Optional.of(new Range("e", 1, stored.size()));
        }

        @Override
        public List<StoredEvent> read(SessionId session, long after, int max) {
            List<StoredEvent> read = stored.stream().filter(event -> event.id().number() > after).limit(max).toList();
            publish(List.copyOf(publishedWhileRead));
            publishedWhileRead.clear();
            return read;
        }

        @Override
        public Subscription subscribe(SessionId session, Listener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }

    private static List<Long> numbers(List<StoredEvent> events) {
        return events.stream().map(event -> event.id().number()).toList();
    }

    @Test
    void what_is_published_while_it_is_read_comes_once_and_a_gap_is_read() throws Exception {
        var log = new AwkwardLog();
        for (int number = 1; number <= 3; number++) {
            StoredEvent event = log.log(number);
            if (number > 1) {
                log.publishedWhileRead.add(event);
            }
        }
        try (EventStream stream = EventStream.open(log, session, null).orElseThrow()) {
            assertThat(numbers(stream.next(Duration.ZERO))).containsExactly(1L, 2L, 3L);
            assertThat(stream.next(Duration.ZERO)).isEmpty();
            log.publish(List.of(log.log(4)));
            assertThat(numbers(stream.next(Duration.ZERO))).containsExactly(4L);
            log.log(5);
            log.publish(List.of(log.log(6)));
            assertThat(numbers(read(stream, 2))).containsExactly(5L, 6L);
            log.publish(List.of(log.stored.get(4), log.stored.get(5)));
            assertThat(stream.next(Duration.ZERO)).isEmpty();
        }
        assertThat(log.listeners).isEmpty();
    }

    static List<Event> events() {
        TurnId turn = TurnId.random();
        return List.of(
                new Event.Accepted(turn, "id-1", "text \"\\ \u2028 \ud83d\ude00\n",
                        Instant.parse("2026-11-20T10:00:00.123456Z")),
                new Event.Started(turn, 1), new Event.Text(turn, 2, 7, "\u0000\u001f</script>"),
                new Event.Data(turn, 1, 0, "sources", "[{\"a\":1.5,\"b\":null}]"), new Event.Reset(turn, 2),
                new Event.Committed(turn, 3), new Event.Failed(turn, 1, "internal", "m"),
                new Event.Cancelled(turn, 1, "cancelled", "m"), new Event.Interrupted(turn, 1, "unavailable", "m"));
    }

    @ParameterizedTest
    @MethodSource("events")
    void an_event_is_read_as_it_was_written_on_one_line(Event event) {
        StoredEvent stored = StoredEvent.of(new EventId("e", 1), event);
        assertThat(stored.event()).isEqualTo(event);
        // A line break would end the data line of a stream.
        assertThat(stored.json()).doesNotContain("\n", "\r");
    }

    @Test
    void a_kind_or_version_of_the_future_is_kept_as_it_is() {
        String json = "{\"turn\":\"" + TurnId.random() + "\",\"new\":[1,{\"x\":true}],\"text\":5}";
        for (StoredEvent stored : List.of(new StoredEvent(new EventId("e", 1), "thinking", 1, json),
                new StoredEvent(new EventId("e", 1), "text", 99, json))) {
            assertThat(stored.event()).isInstanceOf(Event.Unknown.class);
            StoredEvent again = StoredEvent.of(stored.id(), stored.event());
            assertThat(again.json()).isEqualTo(json);
            assertThat(again.kind()).isEqualTo(stored.kind());
        }
    }

    @Test
    void an_id_is_read_strictly() {
        assertThat(EventId.parse("k3f.17")).contains(new EventId("k3f", 17));
        for (String wrong : List.of("", ".", "k3f", "k3f.", ".17", "K3F.17", "k3f.-1", "k3f.1 ", "k3f.1\n",
                "k3f.9999999999999999999", "k3f.1.2", "\u00e4.1", "k3f.\u0661")) {
            assertThat(EventId.parse(wrong)).as(wrong).isEmpty();
        }
    }
}
