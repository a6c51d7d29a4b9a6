package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.NotFoundException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Sessions: found, listed, moved and deleted. */
public interface SessionContract extends StoreSubject {
    @Test
    default void a_session_is_found_as_it_was_created() {
        var session = new SessionRecord(SessionId.random(), ALICE, "tutor", "a title", time().now(), time().now(), 3,
                "k3f");
        store().sessions().create(session);

        assertThat(store().sessions().find(session.id())).contains(session);
        assertThat(store().sessions().find(SessionId.random())).isEmpty();
    }

    @Test
    default void an_id_names_one_session_only() {
        SessionId id = session(ALICE);
        assertThatThrownBy(() -> store().sessions()
                .create(new SessionRecord(id, BOB, "tutor", "", time().now(), time().now(), 0, "e2")))
                .isInstanceOf(ConflictException.class);
        assertThat(store().sessions().find(id)).get().extracting(SessionRecord::owner).isEqualTo(ALICE);
    }

    @Test
    default void owners_list_their_own_sessions_the_most_recently_active_first() {
        SessionId first = session();
        time().pass(Duration.ofNanos(1));
        SessionId second = session();
        session(BOB);
        session(new Owner("another school", ALICE.user()));
        session(new Owner("the last school", ALICE.user()));
        session(new Owner(ALICE.tenant(), "aaron"));
        time().pass(Duration.ofNanos(1));
        accept(first, "m1");

        assertThat(store().sessions().list(ALICE, 10)).extracting(SessionRecord::id).containsExactly(first, second);
        assertThat(store().sessions().list(ALICE, 1)).extracting(SessionRecord::id).containsExactly(first);
        assertThat(store().sessions().list(new Owner("school", "nobody"), 10)).isEmpty();
    }

    @Test
    default void owners_whose_names_look_alike_are_apart() {
        List<Owner> owners = List.of(new Owner("a", "b:c"), new Owner("a:b", "c"), new Owner("", "alice"),
                new Owner("alice", ""), new Owner("", "Alice"), new Owner("", "alice "), new Owner("", "\u00e9"),
                new Owner("", "e\u0301"), new Owner("", "%"), new Owner("", "_"));
        for (Owner owner : owners) {
            session(owner);
        }
        for (Owner owner : owners) {
            assertThat(store().sessions().list(owner, 10)).extracting(SessionRecord::owner).containsExactly(owner);
        }
    }

    @Test
    default void the_first_message_gives_the_title() {
        SessionId session = session();
        time().pass(Duration.ofSeconds(1));
        accept(asking(session, "m1", "When is\n my exam?"), 10);
        accept(asking(session, "m2", "And in chemistry?"), 10);

        SessionRecord found = store().sessions().find(session).orElseThrow();
        assertThat(found.title()).isEqualTo("When is my exam?");
        assertThat(found.turns()).isEqualTo(2);
        assertThat(found.active()).isEqualTo(time().now());
    }

    @Test
    default void deleting_a_session_leaves_nothing_of_it() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        commit(claim, List.of(text(claim, 0)), change("key", 0, "1"));
        accept(session, "m2");

        assertThat(end(session)).isTrue();

        assertThat(store().sessions().find(session)).isEmpty();
        assertThat(store().sessions().list(ALICE, 10)).isEmpty();
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        assertThat(store().sessions().snapshot(session, 10)).isEmpty();
        assertThat(store().turns().find(session, claim.turn().id())).isEmpty();
        assertThat(store().turns().committed(session, 10)).isEmpty();
        assertThat(store().turns().waiting()).isEmpty();
        assertThat(store().events().range(session)).isEmpty();
        assertThat(log(session)).isEmpty();
        assertThat(end(session)).isFalse();
    }

    @Test
    default void nothing_brings_a_deleted_session_back() {
        SessionId session = session();
        accept(session, "m1");
        TurnId waiting = accept(session, "m2");
        Claim claim = claim(session);
        end(session);

        assertThatThrownBy(() -> accept(session, "m3")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> accept(session, "m1")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> write(session, change("key", 0, "1")))
                .isInstanceOf(NotFoundException.class);
        assertThat(store().turns().append(claim, List.of(text(claim, 0)))).isFalse();
        assertThat(commit(claim, List.of(), change("key", 0, "1")).lost()).isTrue();
        assertThat(tryClaim(session, NODE)).isEmpty();
        assertThat(stop(session, waiting, Failure.of(ErrorCode.CANCELLED, "stopped"))).isEmpty();
        assertThat(store().sessions().move(session, ALICE, BOB)).isFalse();
        store().turns().renew(NODE, LEASE);

        assertThat(store().sessions().find(session)).isEmpty();
        assertThat(state(session, "key")).isEqualTo(Versioned.NEVER);
        assertThat(log(session)).isEmpty();
        assertThat(store().turns().waiting()).isEmpty();
    }

    @Test
    default void a_session_moves_only_from_its_owner_and_only_while_no_turn_is_open() {
        SessionId session = session(ALICE);
        assertThat(store().sessions().move(session, BOB, ALICE)).isFalse();
        accept(session, "m1");
        assertThat(store().sessions().move(session, ALICE, BOB)).isFalse();
        Claim claim = claim(session);
        assertThat(store().sessions().move(session, ALICE, BOB)).isFalse();
        commit(claim, List.of(), change("key", 0, "1"));
        assertThat(store().sessions().find(session)).get().extracting(SessionRecord::owner).isEqualTo(ALICE);

        assertThat(store().sessions().move(session, ALICE, BOB)).isTrue();

        assertThat(store().sessions().list(ALICE, 10)).isEmpty();
        assertThat(store().sessions().list(BOB, 10)).extracting(SessionRecord::id).containsExactly(session);
        assertThat(state(session, "key").version()).isEqualTo(1);
        assertThat(store().turns().committed(session, 10)).hasSize(1);
    }

    @Test
    default void hostile_names_and_titles_come_back_as_they_were() {
        for (String text : hostile()) {
            var session = new SessionRecord(SessionId.random(), new Owner(text, text), text, text, time().now(),
                    time().now(), 0, "e1");
            store().sessions().create(session);
            assertThat(store().sessions().list(session.owner(), 10)).containsExactly(session);
            assertThat(write(session.id(), change(text, 0, text))).isEmpty();
            assertThat(state(session.id(), text)).isEqualTo(new Versioned(1, value(text)));
            var turn = asking(session.id(), "m1", text);
            accept(turn, 1);
            assertThat(accept(turn, 1).repeated()).isTrue();
            Claim claim = claim(session.id());
            assertThat(claim.turn().message().text()).isEqualTo(text);
            assertThat(commit(claim, List.of(), Changes.NONE).done()).isTrue();
        }
        assertThat(hostile()).allSatisfy(text -> assertThat(store().sessions().list(new Owner(text, text), 10))
                .hasSize(1));
    }
}
