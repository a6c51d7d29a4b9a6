package dev.carrel.tck.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.EndReason;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.session.store.Versioned;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;

/** The store under test, and the steps that the tests are made of. */
public interface StoreSubject {
    /** Somebody. */
    Owner ALICE = new Owner("school", "alice");
    /** Somebody else. */
    Owner BOB = new Owner("school", "bob");
    /** How long a claim holds. */
    Duration LEASE = Duration.ofSeconds(30);
    /** The node that claims. */
    NodeId NODE = NodeId.random();
    /** Another node. */
    NodeId OTHER_NODE = NodeId.random();

    /** The store, open and empty when a test begins; the same one throughout a test. */
    Store store();

    /** The clock that the store was given. */
    TestTime time();

    /** A new session of Alice's. */
    default SessionId session() {
        return session(ALICE);
    }

    /** A new session. */
    default SessionId session(Owner owner) {
        var id = SessionId.random();
        store().sessions().create(new SessionRecord(id, owner, "tutor", "", time().now(), time().now(), 0, "e1"));
        return id;
    }

    /** A turn that asks this, not stored yet. */
    default Turn asking(SessionId session, String messageId, String text) {
        return Turn.queued(TurnId.random(), session, new Message(messageId, text, time().now()), "sealed");
    }

    /** Accepts a message of this id. */
    default TurnId accept(SessionId session, String messageId) {
        return accept(asking(session, messageId, "question " + messageId), 100).turn();
    }

    /** Accepts a message for the session's owner, to wait its turn. */
    default TurnStore.Accepted accept(Turn asked, int maxOpen) {
        return store().turns().accept(asked, owner(asked.session()), Arrival.QUEUE, maxOpen);
    }

    /** Whose the session is; Alice's, if there is none. */
    default Owner owner(SessionId session) {
        return store().sessions().find(session).map(SessionRecord::owner).orElse(ALICE);
    }

    /** Ends the session; whether it was there. */
    default boolean end(SessionId session) {
        return store().sessions().ending(session, EndReason.DELETED, null, null).isPresent()
                && store().sessions().end(session, Changes.NONE);
    }

    /** Writes for the session's owner. */
    default Set<String> write(SessionId session, Changes changes) {
        return store().state().write(session, owner(session), "test", changes);
    }

    /** What the session's key holds. */
    default Versioned state(SessionId session, String key) {
        return store().state().read(new Place.OfSession(session), key);
    }

    /** The entries of a user's list. */
    default List<StateStore.ListEntry> list(Owner owner, String list) {
        return store().state().list(new Place.OfUser(owner), list);
    }

    /** A value of a type of no account. */
    default Encoded value(String json) {
        return new Encoded("Test", 1, json);
    }

    /** A key's new value, or null for none. */
    default Changes.Put put(String key, long expected, @Nullable String json) {
        return new Changes.Put(key, expected, json == null ? null : value(json), null);
    }

    /** An entry of a user's list. */
    default Changes.Append note(Owner owner, String list, String id, String json) {
        return new Changes.Append(new Place.OfUser(owner), list, id, value(json), time().now());
    }

    /** Stops the turn for its owner; where it stands. */
    default Optional<TurnStatus> stop(SessionId session, TurnId turn, Failure why) {
        return store().turns().stop(new TurnStore.Stop(session, turn, TurnStatus.CANCELLED, why), owner(session));
    }

    /** Claims the session's lane, which must be there to claim. */
    default Claim claim(SessionId session) {
        return tryClaim(session, NODE).orElseThrow();
    }

    /** Claims the session's lane if it can be claimed. */
    default Optional<Claim> tryClaim(SessionId session, NodeId node) {
        return store().turns().claim(session, node, LEASE, Set.of(), 3);
    }

    /** A piece of the claimed attempt's answer. */
    default Event text(Claim claim, int index) {
        return new Event.Text(claim.turn().id(), claim.turn().attempt(), index, "piece " + index + " ");
    }

    /** Closes the claimed turn as committed, with this said last and these changes. */
    default TurnStore.Closed commit(Claim claim, List<Event> saidLast, Changes changes) {
        return store().turns().close(claim, claim.turn().closed(TurnStatus.COMMITTED, Answer.of(saidLast), null),
                saidLast, changes);
    }

    /** Closes the claimed turn as committed. */
    default void commit(Claim claim) {
        assertThat(commit(claim, List.of(text(claim, 0)), Changes.NONE).done()).isTrue();
    }

    /** One key's new value. */
    default Changes change(String key, long expected, String json) {
        return new Changes(List.of(put(key, expected, json)), List.of());
    }

    /** All events of the session. */
    default List<StoredEvent> log(SessionId session) {
        return store().events().read(session, 0, Integer.MAX_VALUE);
    }

    /** The kinds of all events of the session. */
    default List<String> kinds(SessionId session) {
        return log(session).stream().map(StoredEvent::kind).toList();
    }

    /** Texts and names that a careless store breaks on. */
    default List<String> hostile() {
        return List.of("emoji \uD83D\uDC69\u200D\uD83D\uDE80 and \uD83C\uDDE9\uD83C\uDDEA",
                "'; DROP TABLE session; --", "\"double\" 'single' `back` \\ slash \\u0041", "%_*?[a-z]{}$1:name?",
                "\u0001\u0002\u0007\b\t\r\n\u001b[31m\u007f\u0085\u2028\u2029\uFEFF", "e\u0301 is not \u00e9",
                " leading and trailing ", "\u202Etxet desrever", "NULL", "0", "true", "<script>alert(1)</script>",
                "\uFFFD\uFFFE", "a:b/c|d", "\u0130\u0131 ß");
    }
}
