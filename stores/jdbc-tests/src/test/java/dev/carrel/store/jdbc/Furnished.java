package dev.carrel.store.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.EndReason;
import dev.carrel.session.Event;
import dev.carrel.session.Owner;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.Store;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** A store with something of everything in it. */
record Furnished(Store store, TestTime time) implements StoreSubject {
    /** Whom nothing is kept of. */
    static final Owner NOBODY = new Owner("school", "nobody");

    /**
     * What is in it.
     *
     * @param said has turns that were committed, with state, a list and a history
     * @param waiting has a turn that waits for an answer, and one behind it
     * @param left has a turn that somebody ran who is gone
     * @param ending has begun to end
     * @param bobs is somebody else's
     */
    record Things(SessionId said, SessionId waiting, TurnId asked, SessionId left, SessionId ending, SessionId bobs) {}

    Things fill() {
        SessionId said = session();
        for (String text : hostile()) {
            TurnId turn = accept(asking(said, "m" + state(said, "note").version(), "What is " + text + "?"), 100)
                    .turn();
            Claim claim = claim(said);
            assertThat(claim.turn().id()).isEqualTo(turn);
            long version = state(said, "note").version();
            assertThat(commit(claim, List.of(text(claim, 0), new Event.Data(turn, 1, 1, "sources", "[1,\"ü\"]")),
                    new Changes(List.of(put("note", version, "\"" + version + "\""), put("gone", version, null)),
                            List.of(new Changes.Append(new Place.OfSession(said), "diary", "d" + version,
                                    value("{\"n\": 1.00}"), time.now()))))
                    .done()).isTrue();
        }
        SessionId waiting = session();
        TurnId asked = accept(waiting, "m1");
        Claim asking = claim(waiting);
        Event question = new Event.Asked(asked, 1, 0, 0, "\"which?\"");
        store.turns().append(asking, List.of(question));
        store.turns().answer(waiting, ALICE, asked, new Input(0, "\"this\""));
        store.turns().append(asking, List.of(question, new Event.Asked(asked, 1, 1, 1, "\"sure?\"")));
        accept(waiting, "m2");
        SessionId left = session();
        accept(left, "m1");
        Claim lost = claim(left);
        store.turns().append(lost, List.of(text(lost, 0)));
        SessionId failed = session(BOB);
        accept(failed, "m1");
        Claim failing = claim(failed);
        store.turns().close(failing, failing.turn().closed(TurnStatus.CANCELLED, Answer.EMPTY,
                new dev.carrel.session.Failure("stopped", "You stopped it.")), List.of(), Changes.NONE);
        SessionId ending = session(BOB);
        store.sessions().ending(ending, EndReason.IDLE, null, null);
        end(session());
        share();
        store.revocations().revoke("credential-1", time.now().plus(Duration.ofDays(1)));
        store.leases().acquire("course-42", "a", Duration.ofMinutes(1));
        return new Things(said, waiting, asked, left, ending, failed);
    }

    private void share() {
        var application = new Place.OfApplication();
        store.state().apply(List.of(note(ALICE, "notes", "n1", "\"milk\""),
                note(ALICE, "notes", "n2", "{\"text\": \"eggs\"}"),
                new Changes.Increment(new Place.OfUser(ALICE), "visits", new Encoded("Long", 1, "0"), 3, null),
                note(BOB, "notes", "n1", "\"bread\"")));
        store.state().apply(List.of(new Changes.PutIfAbsent(new Place.OfTenant("school"), "motto", value("\"dare\""),
                Duration.ofHours(1)),
                new Changes.Merge(application, "plan", value("{}"), "{\"a\": {\"b\": [1, 2]}}", 1000, null),
                new Changes.Remove(application, "plan")));
        store.state().apply(List.of(note(NOBODY, "notes", "n1", "\"tea\"")));
        store.state().erase(new Place.OfUser(NOBODY));
    }

    /** Goes on with what was begun in another store that held the same. */
    void goOn(Things things) {
        time.pass(LEASE.multipliedBy(2));
        store.turns().answer(things.waiting(), ALICE, things.asked(), new Input(1, "true"));
        Claim again = store.turns().claim(things.waiting(), OTHER_NODE, LEASE, Set.of("tutor"), 3).orElseThrow();
        assertThat(again.turn().id()).isEqualTo(things.asked());
        assertThat(again.inputs()).containsExactly(new Input(0, "\"this\""), new Input(1, "true"));
        commit(again);
        Claim next = claim(things.waiting());
        assertThat(next.turn().message().id()).isEqualTo("m2");
        commit(next);
        assertThat(tryClaim(things.left(), NODE)).isEmpty();
        assertThat(store.turns().committed(things.left(), 9)).isEmpty();
        assertThat(kinds(things.left())).endsWith("interrupted");
        assertThat(store.sessions().find(things.ending())).isEmpty();
        assertThat(store.sessions().end(things.ending(), Changes.NONE)).isTrue();
        assertThat(store.revocations().revoked("credential-1")).isTrue();
        assertThat(write(things.said(), change("note", 1, "\"late\""))).containsExactly("note");
    }
}
