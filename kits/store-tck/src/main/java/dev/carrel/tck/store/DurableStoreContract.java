package dev.carrel.tck.store;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.carrel.error.ErrorCode;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Snapshot;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Versioned;

import static org.assertj.core.api.Assertions.assertThat;

/** What a store that outlives its process must do besides. */
public interface DurableStoreContract extends StoreContract, RestartContract, SkewContract {
    @Test
    default void everything_acknowledged_is_there_after_a_restart() {
        SessionId session = session();
        TurnId committed = accept(session, "m1");
        Claim claim = claim(session);
        commit(claim, List.of(text(claim, 0)),
                new Changes(List.of(put("key", 0, "1"), put("gone", 0, null)),
                        List.of(note(ALICE, "notes", "n1", "{}"))));
        accept(session, "m2");
        Claim failing = claim(session);
        store().turns().close(failing,
                failing.turn().closed(TurnStatus.FAILED, Answer.EMPTY, new Failure("internal", "why")), List.of(),
                Changes.NONE);
        TurnId cancelled = accept(session, "m3");
        stop(session, cancelled, Failure.of(ErrorCode.CANCELLED, "stopped"));
        accept(session, "m4");
        store().revocations().revoke("c1", time().now().plusSeconds(60));
        SessionId deleted = session();
        end(deleted);
        SessionId moved = session();
        store().sessions().move(moved, ALICE, BOB);

        Snapshot snapshot = store().sessions().snapshot(session, 10).orElseThrow();
        var log = log(session);
        var range = store().events().range(session);
        List<Turn> history = store().turns().committed(session, 10);
        List<StateStore.ListEntry> notes = list(ALICE, "notes");
        List<SessionRecord> sessions = store().sessions().list(ALICE, 10);
        reopen();

        assertThat(store().sessions().snapshot(session, 10)).contains(snapshot);
        assertThat(log(session)).isEqualTo(log);
        assertThat(store().events().range(session)).isEqualTo(range);
        assertThat(store().turns().committed(session, 10)).isEqualTo(history).hasSize(1);
        assertThat(list(ALICE, "notes")).isEqualTo(notes).hasSize(1);
        assertThat(store().sessions().list(ALICE, 10)).isEqualTo(sessions).hasSize(1);
        assertThat(store().sessions().list(BOB, 10)).extracting(SessionRecord::id).containsExactly(moved);
        assertThat(store().sessions().find(deleted)).isEmpty();
        assertThat(state(session, "key")).isEqualTo(new Versioned(1, value("1")));
        assertThat(state(session, "gone")).isEqualTo(new Versioned(1, null));
        assertThat(store().revocations().revoked("c1")).isTrue();
        assertThat(store().revocations().revoked("c2")).isFalse();
        assertThat(store().turns().waiting()).containsExactly(session);
        assertThat(accept(session, "m1")).isEqualTo(committed);
        assertThat(claim(session).turn().message().id()).isEqualTo("m4");
    }

    @Test
    default void an_event_log_goes_on_where_it_was() {
        SessionId session = session();
        accept(session, "m1");
        reopen();
        commit(claim(session));
        assertThat(store().events().range(session)).contains(new EventLog.Range("e1", 1, 4));
    }
}
