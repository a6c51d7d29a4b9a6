package dev.carrel.store.jdbc;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.id.SessionId;
import dev.carrel.session.EndReason;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Versioned;
import dev.carrel.tck.store.StoreSubject;

import static org.assertj.core.api.Assertions.assertThat;

/** Whoever says farewell to a session can still read what it was about. */
interface FarewellContract extends StoreSubject {
    @Test
    default void a_session_that_is_ending_still_tells_what_it_held_and_said() {
        SessionId session = session();
        var place = new Place.OfSession(session);
        accept(session, "m1");
        commit(claim(session), List.of(), new Changes(List.of(put("key", 0, "1")),
                List.of(new Changes.Append(place, "list", "e1", value("1"), time().now()))));
        store().sessions().ending(session, EndReason.IDLE, null, null);

        assertThat(state(session, "key")).isEqualTo(new Versioned(1, value("1")));
        assertThat(store().state().list(place, "list")).hasSize(1);
        assertThat(store().turns().committed(session, 10)).hasSize(1);
        assertThat(store().sessions().snapshot(session, 10)).isEmpty();

        assertThat(store().sessions().end(session, Changes.NONE)).isTrue();
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        assertThat(store().state().list(place, "list")).isEmpty();
        assertThat(store().turns().committed(session, 10)).isEmpty();
    }
}
