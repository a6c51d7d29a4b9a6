package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Values with a time to live: gone when it is over, swept away later, and never back. */
public interface ExpiryContract extends StateSubject {
    /** A time to live. */
    Duration LIFE = Duration.ofSeconds(10);

    @Test
    default void a_value_is_gone_when_its_time_is_over_and_its_version_stays() {
        SessionId session = session();
        putFor(session, "key", "1", LIFE);
        putFor(session, "other", "2", LIFE.multipliedBy(2));
        time().pass(LIFE.minusNanos(1));
        assertThat(state(session, "key")).isEqualTo(new Versioned(1, value("1")));
        time().pass(Duration.ofNanos(1));
        assertThat(state(session, "key")).isEqualTo(new Versioned(1, null));
        assertThat(state(session, "other")).isEqualTo(new Versioned(1, value("2")));
        assertThat(write(session, change("key", 0, "3"))).containsExactly("key");
        assertThat(write(session, change("key", 1, "3"))).isEmpty();
    }

    @Test
    default void a_value_without_a_time_to_live_never_expires() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, putIfAbsent(place, "key", "1"), append(place, "list", "e"));
        }
        time().pass(Duration.ofDays(20_000));
        sweep();
        for (Place place : places(session)) {
            assertThat(read(place, "key")).isEqualTo(new Versioned(1, value("1")));
            assertThat(entries(place, "list")).containsExactly("e");
        }
    }

    @Test
    default void the_last_write_counts() {
        SessionId session = session();
        for (String key : List.of("longer", "never", "shorter")) {
            putFor(session, key, "1", LIFE);
        }
        time().pass(LIFE.dividedBy(2));
        putFor(session, "longer", "2", LIFE);
        putFor(session, "never", "2", null);
        putFor(session, "shorter", "2", LIFE.dividedBy(10));
        time().pass(LIFE.dividedBy(2));
        assertThat(state(session, "longer").value()).isEqualTo(value("2"));
        assertThat(state(session, "never").value()).isEqualTo(value("2"));
        assertThat(state(session, "shorter").value()).isNull();
        time().pass(LIFE.multipliedBy(10));
        sweep();
        assertThat(state(session, "longer").value()).isNull();
        assertThat(state(session, "never").value()).isEqualTo(value("2"));
    }

    @Test
    default void a_sweep_takes_what_is_over_and_nothing_else() {
        SessionId session = session();
        for (int i = 0; i < 30; i++) {
            putFor(session, "key" + i, "" + i, i % 3 == 0 ? null : LIFE.multipliedBy(i % 3));
        }
        for (Place place : places(session)) {
            operate(session, new Changes.PutIfAbsent(place, "first", value("1"), LIFE));
        }
        assertThat(sweep()).isZero();
        time().pass(LIFE);
        assertThat(sweep()).isPositive();
        assertThat(sweep()).isZero();
        for (int i = 0; i < 30; i++) {
            assertThat(state(session, "key" + i)).isEqualTo(new Versioned(1, i % 3 == 1 ? null : value("" + i)));
        }
        for (Place place : places(session)) {
            assertThat(read(place, "first").value()).isNull();
        }
        assertThat(write(session, change("key1", 0, "again"))).as("a swept key keeps counting").containsExactly("key1");
        assertThat(write(session, change("key1", 1, "again"))).isEmpty();
    }

    @Test
    default void operations_do_not_find_what_is_over() {
        SessionId session = session();
        for (boolean swept : List.of(false, true)) {
            for (Place place : places(session)) {
                operate(session, new Changes.Increment(place, "count", value("0"), 5, LIFE),
                        new Changes.PutIfAbsent(place, "first", value("1"), LIFE),
                        new Changes.Merge(place, "object", value("{}"), "{\"a\":1}", MUCH, LIFE));
            }
            time().pass(LIFE);
            if (swept) {
                sweep();
            }
            for (Place place : places(session)) {
                assertThat(json(place, "count")).isNull();
                operate(session, new Changes.Increment(place, "count", value("0"), 1, LIFE),
                        new Changes.PutIfAbsent(place, "first", value("2"), LIFE),
                        new Changes.Merge(place, "object", value("{}"), "{\"b\":2}", MUCH, LIFE));
                assertThat(json(place, "count")).isEqualTo("1");
                assertThat(json(place, "first")).isEqualTo("2");
                assertThat(json(place, "object")).isEqualTo("{\"b\":2}");
            }
            time().pass(LIFE);
        }
    }

    @Test
    default void an_operation_that_writes_begins_the_time_anew_and_one_that_does_not_leaves_it() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, new Changes.Increment(place, "count", value("0"), 1, LIFE),
                    new Changes.PutIfAbsent(place, "first", value("1"), LIFE));
        }
        time().pass(LIFE.dividedBy(2));
        for (Place place : places(session)) {
            operate(session, new Changes.Increment(place, "count", value("0"), 1, LIFE),
                    new Changes.PutIfAbsent(place, "first", value("2"), LIFE));
        }
        time().pass(LIFE.dividedBy(2));
        for (Place place : places(session)) {
            assertThat(json(place, "count")).isEqualTo("2");
            assertThat(json(place, "first")).isNull();
        }
    }

    /** What one writer writes has its version in it, so a torn value shows. */
    @Test
    default void under_load_no_value_is_torn_and_none_comes_back() {
        SessionId session = session();
        var place = new Place.OfSession(session);
        var over = new AtomicLong();
        var writing = new AtomicInteger(4);
        Together.run(8, me -> {
            if (me < 4) {
                try {
                    for (int i = 0; i < 40; i++) {
                        long version = read(place, "key").version();
                        String text = "\"" + (version + 1) + "-" + "x".repeat(me * 1_000) + "\"";
                        write(session, new Changes(List.of(new Changes.Put("key", version, value(text), LIFE)),
                                List.of()));
                    }
                } finally {
                    writing.decrementAndGet();
                }
                return;
            }
            long last = 0;
            while (writing.get() > 0) {
                long gone = over.get();
                Versioned now = read(place, "key");
                assertThat(now.version()).isGreaterThanOrEqualTo(last);
                last = now.version();
                if (now.value() == null) {
                    over.accumulateAndGet(now.version(), Math::max);
                } else {
                    assertThat(now.value().json()).matches("\"" + now.version() + "-(x{1000}){0,3}\"");
                    assertThat(now.version()).as("a value that was over came back").isGreaterThan(gone);
                }
                if (me == 4) {
                    time().pass(LIFE.dividedBy(3));
                    store().sweep();
                }
            }
        });
        time().pass(LIFE);
        sweep();
        assertThat(read(place, "key").value()).isNull();
        assertThat(read(place, "key").version()).isPositive();
    }
}
