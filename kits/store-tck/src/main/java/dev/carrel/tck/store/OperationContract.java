package dev.carrel.tck.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** Operations that the store carries out itself: none is lost, however many callers one hot key has. */
public interface OperationContract extends StateSubject {
    /** How many callers. */
    int CALLERS = 24;

    @Test
    default void ten_increments_give_ten() {
        SessionId session = session();
        for (Place place : places(session)) {
            for (int i = 1; i <= 10; i++) {
                operate(session, increment(place, "count", 1));
                assertThat(read(place, "count")).isEqualTo(new Versioned(i, value("" + i)));
            }
            operate(session, increment(place, "count", -17));
            assertThat(json(place, "count")).isEqualTo("-7");
        }
    }

    @Test
    default void increments_of_many_at_once_are_all_counted() {
        SessionId session = session();
        List<SessionId> sessions = List.of(session, session(), session());
        for (Place place : places(session)) {
            Together.run(CALLERS, me -> {
                for (int i = 0; i < 10; i++) {
                    SessionId from = place instanceof Place.OfSession ? session : sessions.get(me % 3);
                    operate(from, increment(place, "count", 1));
                }
            });
            assertThat(read(place, "count")).isEqualTo(new Versioned(10L * CALLERS, value("" + 10 * CALLERS)));
        }
    }

    @Test
    default void increments_of_turns_and_functions_at_once_are_all_counted() {
        SessionId session = session();
        var place = new Place.OfUser(ALICE);
        Together.run(8, me -> {
            SessionId mine = session();
            for (int i = 0; i < 5; i++) {
                if (me % 2 == 0) {
                    accept(mine, "m" + i);
                    assertThat(commit(claim(mine), List.of(), new Changes(List.of(),
                            List.of(increment(place, "count", 1)))).done()).isTrue();
                } else {
                    operate(session, increment(place, "count", 1));
                }
            }
        });
        assertThat(json(place, "count")).isEqualTo("40");
    }

    @Test
    default void appends_of_many_at_once_are_all_there_once_and_each_callers_in_order() {
        SessionId session = session();
        for (Place place : places(session)) {
            Together.run(CALLERS, me -> {
                for (int i = 0; i < 10; i++) {
                    operate(session, append(place, "list", me + "." + i));
                    if (i % 3 == 0) {
                        operate(session, append(place, "list", me + "." + i));
                    }
                }
            });
            List<String> all = entries(place, "list");
            assertThat(all).hasSize(10 * CALLERS).doesNotHaveDuplicates();
            for (int me = 0; me < CALLERS; me++) {
                String prefix = me + ".";
                assertThat(all.stream().filter(id -> id.startsWith(prefix)))
                        .containsExactlyElementsOf(ids(prefix));
            }
        }
    }

    private static List<String> ids(String prefix) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(prefix + i);
        }
        return ids;
    }

    @Test
    default void entries_that_are_appended_and_removed_at_once_end_as_their_last_caller_left_them() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, append(place, "list", "first"));
            Together.run(CALLERS, me -> {
                for (int i = 0; i < 4; i++) {
                    operate(session, append(place, "list", "e" + me));
                    operate(session, new Changes.RemoveEntry(place, "list", "e" + me));
                }
                if (me % 2 == 0) {
                    operate(session, append(place, "list", "e" + me));
                }
            });
            assertThat(entries(place, "list")).hasSize(1 + CALLERS / 2).startsWith("first")
                    .allMatch(id -> id.equals("first") || Integer.parseInt(id.substring(1)) % 2 == 0);
        }
    }

    @Test
    default void of_many_first_values_one_stays() {
        SessionId session = session();
        for (Place place : places(session)) {
            Set<String> seen = ConcurrentHashMap.newKeySet();
            Together.run(CALLERS, me -> {
                operate(session, putIfAbsent(place, "first", "" + me));
                seen.add("" + json(place, "first"));
            });
            assertThat(seen).hasSize(1).doesNotContain("null");
            assertThat(read(place, "first").version()).isEqualTo(1);
        }
    }

    @Test
    default void members_that_many_merge_at_once_are_all_there() {
        SessionId session = session();
        for (Place place : places(session)) {
            Together.run(CALLERS, me -> {
                operate(session, merge(place, "object", "{\"m" + me + "\":{\"a\":" + me + "}}"));
                operate(session, merge(place, "object", "{\"m" + me + "\":{\"b\":[" + me + "]},\"gone\":null}"));
            });
            String json = "" + json(place, "object");
            for (int me = 0; me < CALLERS; me++) {
                assertThat(json).contains("\"m" + me + "\":{\"a\":" + me + ",\"b\":[" + me + "]}");
            }
            assertThat(read(place, "object").version()).isEqualTo(2L * CALLERS);
        }
    }

    @Test
    default void an_operation_that_finds_nothing_to_do_writes_nothing() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, new Changes.Remove(place, "key"), new Changes.RemoveEntry(place, "list", "e"));
            assertThat(read(place, "key")).isEqualTo(Versioned.NEVER);
            operate(session, putIfAbsent(place, "key", "1"));
            operate(session, putIfAbsent(place, "key", "2"));
            assertThat(read(place, "key")).isEqualTo(new Versioned(1, value("1")));
            operate(session, new Changes.Remove(place, "key"));
            operate(session, new Changes.Remove(place, "key"));
            assertThat(read(place, "key")).isEqualTo(new Versioned(2, null));
            operate(session, putIfAbsent(place, "key", "3"));
            assertThat(read(place, "key")).isEqualTo(new Versioned(3, value("3")));
        }
    }

    @Test
    default void operations_of_one_write_come_one_after_another() {
        SessionId session = session();
        for (Place place : places(session)) {
            operate(session, increment(place, "count", 1), increment(place, "count", 10),
                    new Changes.Remove(place, "count"), increment(place, "count", 100),
                    increment(place, "count", 1_000), putIfAbsent(place, "count", "7"), append(place, "list", "a"),
                    append(place, "list", "b"), new Changes.RemoveEntry(place, "list", "a"),
                    append(place, "list", "c"), append(place, "list", "a"));
            assertThat(json(place, "count")).isEqualTo("1100");
            assertThat(entries(place, "list")).containsExactly("b", "c", "a");
        }
    }

    @Test
    default void an_operation_is_a_write_that_a_put_does_not_overwrite_unseen() {
        SessionId session = session();
        var place = new Place.OfSession(session);
        write(session, change("count", 0, "5"));
        operate(session, increment(place, "count", 1));
        assertThat(write(session, change("count", 1, "0"))).containsExactly("count");
        assertThat(read(place, "count")).isEqualTo(new Versioned(2, value("6")));
        assertThat(write(session, change("count", 2, "0"))).isEmpty();
    }

    @Test
    default void a_merge_does_as_rfc_7396_says() {
        SessionId session = session();
        List<List<String>> cases = List.of(List.of("{\"a\":\"b\"}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"),
                List.of("{\"a\":\"b\"}", "{\"b\":\"c\"}", "{\"a\":\"b\",\"b\":\"c\"}"),
                List.of("{\"a\":\"b\"}", "{\"a\":null}", "{}"),
                List.of("{\"a\":\"b\",\"b\":\"c\"}", "{\"a\":null}", "{\"b\":\"c\"}"),
                List.of("{\"a\":[\"b\"]}", "{\"a\":\"c\"}", "{\"a\":\"c\"}"),
                List.of("{\"a\":\"c\"}", "{\"a\":[\"b\"]}", "{\"a\":[\"b\"]}"),
                List.of("{\"a\":{\"b\":\"c\"}}", "{\"a\":{\"b\":\"d\",\"c\":null}}", "{\"a\":{\"b\":\"d\"}}"),
                List.of("{\"a\":[{\"b\":\"c\"}]}", "{\"a\":[1]}", "{\"a\":[1]}"),
                List.of("{\"e\":null}", "{\"a\":1}", "{\"e\":null,\"a\":1}"),
                List.of("{}", "{\"a\":{\"bb\":{\"ccc\":null}}}", "{\"a\":{\"bb\":{}}}"));
        for (Place place : places(session)) {
            for (List<String> one : cases) {
                String key = "case " + cases.indexOf(one);
                operate(session, putIfAbsent(place, key, one.get(0)));
                operate(session, merge(place, key, one.get(1)));
                assertThat(json(place, key)).as("%s", one).isEqualTo(one.get(2));
            }
        }
    }

    @Test
    default void type_and_version_of_a_value_come_back_as_they_were() {
        SessionId session = session();
        for (Place place : places(session)) {
            var value = new Encoded("Grades", 7, "{\"a\":1}");
            operate(session, new Changes.PutIfAbsent(place, "key", value, null),
                    new Changes.Append(place, "list", "e", value, time().now()));
            assertThat(read(place, "key").value()).isEqualTo(value);
            assertThat(store().state().list(place, "list"))
                    .containsExactly(new StateStore.ListEntry("e", value, time().now()));
        }
    }
}
