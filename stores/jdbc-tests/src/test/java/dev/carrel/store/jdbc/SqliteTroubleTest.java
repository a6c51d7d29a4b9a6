package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.error.CarrelException;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Owner;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Claim;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A row that was damaged fails what asks for it, and holds up nothing else. */
class SqliteTroubleTest implements StoreSubject {
    @TempDir
    Path folder;

    private final TestTime time = TestTime.start();
    private @Nullable SqliteStore store;

    @BeforeEach
    void open() {
        store = SqliteStore.open(folder, time);
    }

    @AfterEach
    void close() {
        store().close();
    }

    @Override
    public SqliteStore store() {
        return java.util.Objects.requireNonNull(store);
    }

    @Override
    public TestTime time() {
        return time;
    }

    private void damage(String change, Object... values) {
        int rows = store().writer().run(tx -> tx.count(change, values));
        assertThat(rows).isEqualTo(1);
    }

    @Test
    void a_row_that_can_no_longer_be_read_fails_what_asks_for_it_and_nothing_else() {
        SessionId broken = session(new Owner("school", "carol"));
        TurnId turn = accept(broken, "m1");
        commit(claim(broken));
        SessionId whole = session();
        accept(whole, "m1");
        damage("UPDATE turn SET status = 'torn' WHERE id = ?", turn.text());

        assertThatThrownBy(() -> store().turns().find(broken, turn)).isInstanceOf(CarrelException.class)
                .hasMessage("A stored turn can no longer be read.");
        assertThatThrownBy(() -> store().sessions().snapshot(broken, 10)).isInstanceOf(CarrelException.class);
        assertThat(log(broken)).hasSize(4);
        accept(broken, "m2");
        commit(claim(broken));
        commit(claim(whole));
        assertThat(store().sessions().snapshot(whole, 10)).isPresent();
    }

    @Test
    void a_running_turn_that_can_no_longer_be_read_fails_its_lane_and_no_other() {
        SessionId broken = session();
        TurnId turn = accept(broken, "m1");
        Claim claim = claim(broken);
        SessionId whole = session();
        accept(whole, "m1");
        damage("UPDATE turn SET status = 'torn' WHERE id = ?", turn.text());
        store().turns().release(claim);

        assertThatThrownBy(() -> tryClaim(broken, NODE)).isInstanceOf(CarrelException.class)
                .hasMessage("A stored turn can no longer be read.");
        commit(claim(whole));
        assertThat(kinds(broken)).containsExactly("message", "started");
        assertThat(end(broken)).as("its owner can be rid of it").isTrue();
    }

    @Test
    void an_event_that_can_no_longer_be_read_does_not_hold_up_its_lane() {
        SessionId session = session();
        TurnId turn = accept(session, "m1");
        Claim claim = claim(session);
        store().turns().append(claim, List.of(text(claim, 0), text(claim, 1)));
        damage("UPDATE event SET json = '{\"text' WHERE number = 3");
        store().turns().release(claim);

        assertThat(tryClaim(session, NODE)).isEmpty();
        assertThat(store().turns().find(session, turn).orElseThrow().status()).isEqualTo(TurnStatus.INTERRUPTED);
        assertThat(store().turns().find(session, turn).orElseThrow().answer().text()).isEqualTo("piece 1 ");
    }
}
