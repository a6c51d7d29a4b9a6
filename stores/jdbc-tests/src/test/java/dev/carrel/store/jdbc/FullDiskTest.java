package dev.carrel.store.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.carrel.error.UnavailableException;
import dev.carrel.id.SessionId;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.tck.store.StoreSubject;
import dev.carrel.test.TestTime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A full disk costs the operations that did not fit, and nothing else. */
class FullDiskTest implements StoreSubject {
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

    /** Lets the database have this many pages of 4 KiB more than it has. */
    private void space(int pages) {
        store().writer().run(tx -> {
            long now = tx.first("PRAGMA page_count", row -> row.number(1)).orElseThrow();
            return tx.first("PRAGMA max_page_count = " + (now + pages), row -> row.number(1)).orElseThrow();
        });
    }

    @Test
    void what_does_not_fit_is_refused_in_words_and_what_was_acknowledged_stays() {
        SessionId session = session();
        List<Long> heard = Collections.synchronizedList(new ArrayList<>());
        store().events().subscribe(session, new EventLog.Listener() {
            @Override
            public void logged(List<StoredEvent> events) {
                events.forEach(event -> heard.add(event.id().number()));
            }

            @Override
            public void changed() {}

            @Override
            public void ended(String reason) {}
        });
        space(8);
        var accepted = new AtomicInteger();
        assertThatThrownBy(() -> {
            while (true) {
                String text = "x".repeat(3000);
                accept(asking(session, "m" + accepted.get(), text), 10_000);
                accepted.incrementAndGet();
            }
        }).isInstanceOf(UnavailableException.class).hasMessageContaining("no space left");

        assertThat(accepted).hasPositiveValue();
        assertThat(heard).hasSize(accepted.get());
        assertThat(log(session)).hasSize(accepted.get());
        assertThat(store().sessions().find(session).orElseThrow().turns()).isEqualTo(accepted.get());

        space(1000);
        accept(session, "later");
        close();
        open();
        assertThat(log(session)).hasSize(accepted.get() + 1);
        assertThat(store().sessions().snapshot(session, 1000).orElseThrow().turns()).hasSize(accepted.get() + 1);
    }

    @Test
    void a_turn_that_could_not_be_closed_is_closed_when_there_is_space() {
        SessionId session = session();
        accept(session, "m1");
        Claim claim = claim(session);
        space(0);
        Changes big = change("key", 0, "\"" + "x".repeat(100_000) + "\"");
        assertThatThrownBy(() -> commit(claim, List.of(text(claim, 0)), big))
                .isInstanceOf(UnavailableException.class);
        assertThat(kinds(session)).containsExactly("message", "started");

        space(1000);
        assertThat(commit(claim, List.of(text(claim, 0)), big).done()).isTrue();
        assertThat(kinds(session)).containsExactly("message", "started", "text", "committed");
    }

    @Test
    void what_fits_is_stored_beside_what_does_not() throws InterruptedException {
        SessionId session = session();
        space(4);
        var refused = new AtomicInteger();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String json = "\"" + "x".repeat(i % 2 == 0 ? 200_000 : 10) + "\"";
            String key = "key" + i;
            writers.add(Thread.ofVirtual().start(() -> {
                try {
                    assertThat(write(session, change(key, 0, json))).isEmpty();
                } catch (UnavailableException e) {
                    refused.incrementAndGet();
                }
            }));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(refused).hasValue(20);
        for (int i = 0; i < 40; i++) {
            assertThat((state(session, "key" + i).version() > 0)).isEqualTo(i % 2 != 0);
        }
    }
}
