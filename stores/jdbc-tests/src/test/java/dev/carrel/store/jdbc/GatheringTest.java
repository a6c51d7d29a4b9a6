package dev.carrel.store.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import dev.carrel.error.UnavailableException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Reads that wait are read by one statement, and each is answered as if it were alone. No database here. */
class GatheringTest {
    private static final String UNREADABLE = "unreadable";

    private final List<List<String>> statements = new CopyOnWriteArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger asked = new AtomicInteger();
    private Duration patience = Duration.ofSeconds(20);
    private String state = "22000";

    private Gathering<String, String> gathering() {
        return new Gathering<>(this::read, Thread::startVirtualThread, patience.toNanos());
    }

    /** What a key holds is its name in capitals; the first statement takes until it is let go. */
    private Map<String, String> read(Collection<String> keys) throws SQLException, InterruptedException {
        statements.add(List.copyOf(keys));
        if (statements.size() == 1) {
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
        }
        if (keys.contains(UNREADABLE)) {
            throw new SQLException("made up", state);
        }
        Map<String, String> found = new HashMap<>();
        keys.stream().filter(key -> !key.equals("nothing")).forEach(key -> found.put(key, key + "'s own"));
        return found;
    }

    private List<CompletableFuture<Optional<String>>> ask(Gathering<String, String> of, String... keys) {
        List<CompletableFuture<Optional<String>>> answers = new ArrayList<>();
        for (String key : keys) {
            int before = asked.getAndIncrement();
            answers.add(CompletableFuture.supplyAsync(() -> of.find(key), Thread::startVirtualThread));
            Awaitility.await().pollInterval(Duration.ofMillis(1))
                    .until(() -> statements.size() == 1 && of.waiting() == before);
        }
        return answers;
    }

    @Test
    void what_waits_is_read_by_one_statement_and_each_is_answered_with_its_own() {
        var answers = ask(gathering(), "first", "b", "a", "nothing", "b", "c");
        release.countDown();
        assertThat(answers.stream().map(CompletableFuture::join).map(it -> it.orElse("")))
                .containsExactly("first's own", "b's own", "a's own", "", "b's own", "c's own");
        assertThat(statements).containsExactly(List.of("first"), List.of("b", "a", "nothing", "c"));
    }

    @Test
    void one_that_cannot_be_read_is_nobody_elses_trouble() {
        var answers = ask(gathering(), "first", "a", UNREADABLE, "b");
        release.countDown();
        assertThatThrownBy(answers.get(2)::join).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(List.of(answers.get(1).join(), answers.get(3).join())).containsExactly(Optional.of("a's own"),
                Optional.of("b's own"));
    }

    @Test
    void a_database_that_takes_nothing_is_not_asked_once_for_each() {
        state = "25006";
        var answers = ask(gathering(), "first", "a", UNREADABLE, "b");
        release.countDown();
        for (var answer : answers.subList(1, 4)) {
            assertThatThrownBy(answer::join).hasCauseInstanceOf(UnavailableException.class);
        }
        assertThat(statements).hasSize(2);
    }

    @Test
    void who_has_waited_for_too_long_is_told_so() {
        patience = Duration.ofNanos(1);
        Gathering<String, String> gathering = gathering();
        assertThatThrownBy(() -> gathering.find("late")).isInstanceOf(UnavailableException.class);
        assertThat(statements).isEmpty();
    }
}
