package dev.carrel.tck.store;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.InvalidInputException;
import dev.carrel.id.SessionId;
import dev.carrel.session.Event;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Large values, wherever one can be. They are compared as a whole, not printed. */
public interface SizeContract extends StateSubject {
    /** More than a million characters, of one to four bytes. */
    String LARGE = "\"" + "x\u00e9\u20ac\uD83D\uDE80".repeat(210_000) + "\"";

    @Test
    default void a_large_value_comes_back_from_every_place() {
        SessionId session = session();
        write(session, change("put", 0, LARGE));
        assertThat(LARGE.equals(json(new Place.OfSession(session), "put"))).isTrue();
        assertThat(store().state().valueAt(session, "put", 1).filter(it -> it.json().equals(LARGE))).isPresent();
        for (Place place : places(session)) {
            operate(session, putIfAbsent(place, "key", LARGE),
                    new Changes.Append(place, "list", "e", value(LARGE), time().now()));
            assertThat(LARGE.equals(json(place, "key"))).isTrue();
            List<StateStore.ListEntry> list = store().state().list(place, "list");
            assertThat(list).hasSize(1);
            assertThat(LARGE.equals(list.getFirst().value().json())).isTrue();
        }
    }

    @Test
    default void a_large_question_and_answer_come_back() {
        SessionId session = session();
        accept(asking(session, "m1", LARGE), 1);
        var claim = claim(session);
        assertThat(claim.turn().message().text().equals(LARGE)).isTrue();
        store().turns().append(claim, List.of(new Event.Text(claim.turn().id(), 1, 0, LARGE),
                new Event.Data(claim.turn().id(), 1, 1, "name", LARGE),
                new Event.Asked(claim.turn().id(), 1, 2, 0, LARGE)));
        store().turns().answer(session, ALICE, claim.turn().id(), new Input(0, LARGE));
        assertThat(store().turns().inputs(session, claim.turn().id()).getFirst().json().equals(LARGE)).isTrue();
        assertThat(store().turns().find(session, claim.turn().id()).orElseThrow().answer().text().equals(LARGE))
                .isTrue();
        var log = log(session);
        assertThat(log).hasSize(6);
        assertThat(log.get(2).event().equals(new Event.Text(claim.turn().id(), 1, 0, LARGE))).isTrue();
        assertThat(log.get(5).event().equals(new Event.Answered(claim.turn().id(), 1, 0, LARGE))).isTrue();
    }

    @Test
    default void a_merge_may_reach_its_limit_and_not_pass_it() {
        SessionId session = session();
        for (Place place : places(session)) {
            String member = "{\"a\":\"" + "\u20ac".repeat(1_000_000) + "\"}";
            var fits = new Changes.Merge(place, "object", value("{}"), member, member.length(), null);
            var over = new Changes.Merge(place, "over", value("{}"), member, member.length() - 1, null);
            operate(session, fits);
            assertThat(member.equals(json(place, "object"))).isTrue();
            assertThatThrownBy(() -> operate(session, over)).isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("" + member.length());
            assertThat(read(place, "over")).isEqualTo(Versioned.NEVER);
            assertThatThrownBy(() -> operate(session,
                    new Changes.Merge(place, "object", value("{}"), "{\"b\":1}", member.length(), null)))
                    .isInstanceOf(InvalidInputException.class);
            assertThat(member.equals(json(place, "object"))).isTrue();
        }
    }

    @Test
    default void a_list_of_many_entries_is_appended_to_and_read_in_order() {
        SessionId session = session();
        var place = new Place.OfUser(ALICE);
        for (int i = 0; i < 20; i++) {
            Changes.Operation[] appends = new Changes.Operation[500];
            for (int j = 0; j < 500; j++) {
                appends[j] = append(place, "list", "e" + (500 * i + j));
            }
            operate(session, appends);
        }
        operate(session, append(place, "list", "last"), append(place, "list", "e17"));
        List<String> ids = entries(place, "list");
        assertThat(ids).hasSize(10_001).doesNotHaveDuplicates();
        for (int i = 0; i < 10_000; i++) {
            assertThat(ids.get(i).equals("e" + i)).isTrue();
        }
        assertThat(ids).last().isEqualTo("last");
    }
}
