package dev.carrel.tck.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * G10: what a store has acknowledged survives {@code kill -9} of the process that uses it, in the middle of a save too: nothing is
 * half there, and what was left goes on. A real process is killed, so the clocks are real ones. A store that promises this
 * implements the contract in a test class of its own; a store in memory cannot.
 */
public interface CrashContract {
    /** What the writer says; whatever else the process prints is not looked at. */
    Pattern SAID = Pattern.compile("(accepted|said|closed) [0-9a-z]{26} [0-9a-z]{26} [0-9]+");

    /** Starts a process that opens the store, calls {@link CrashWriter#write} with its standard output, and does nothing else. */
    Process writer() throws IOException;

    /** Opens what that process has left; called once it is dead. */
    Store open();

    /** How much is to be acknowledged before the process is killed. */
    default int acknowledgements() {
        return 400;
    }

    @Test
    default void what_was_acknowledged_survives_kill_9_and_nothing_is_half_there() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        Process process = writer();
        try (BufferedReader out = process.inputReader()) {
            while (acknowledged.size() < acknowledgements()) {
                String line = out.readLine();
                assertThat(line).as("the writer ended by itself").isNotNull();
                if (SAID.matcher(line).matches()) {
                    acknowledged.add(line);
                }
            }
            // Not by the process itself, which would close what is still to be read.
            assertThat(process.toHandle().destroyForcibly()).isTrue();
            // What it still said before it died counts as well, but for a line that was cut.
            out.lines().filter(SAID.asMatchPredicate()).forEach(acknowledged::add);
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Store store = open()) {
            everythingIsThere(store, acknowledged);
            nothingIsHalfThere(store);
            everyLaneGoesOn(store);
        }
    }

    private static void everythingIsThere(Store store, List<String> acknowledged) {
        Map<SessionId, Set<TurnId>> said = new HashMap<>();
        Set<String> notes = new HashSet<>();
        for (StateStore.ListEntry note : store.state().list(new Place.OfUser(CrashWriter.OWNER), "notes")) {
            notes.add(note.id());
        }
        for (String line : acknowledged) {
            String[] words = line.split(" ", -1);
            var session = new SessionId(words[1]);
            var turn = new TurnId(words[2]);
            switch (words[0]) {
                case "accepted" -> assertThat(store.turns().find(session, turn)).as(line).isPresent();
                case "said" -> assertThat(said.computeIfAbsent(session, id -> said(store, id))).as(line).contains(turn);
                case "closed" -> {
                    assertThat(store.turns().find(session, turn).orElseThrow().status()).as(line)
                            .isEqualTo(TurnStatus.COMMITTED);
                    assertThat(store.state().read(new Place.OfSession(session), "count").version()).as(line)
                            .isGreaterThanOrEqualTo(Long.parseLong(words[3]));
                    assertThat(notes).as(line).contains(turn.text());
                }
                default -> throw new AssertionError(line);
            }
        }
    }

    private static Set<TurnId> said(Store store, SessionId session) {
        Set<TurnId> turns = new HashSet<>();
        for (StoredEvent event : store.events().read(session, 0, Integer.MAX_VALUE)) {
            if (event.event() instanceof Event.Text text) {
                turns.add(text.turn());
            }
        }
        return turns;
    }

    private static void nothingIsHalfThere(Store store) {
        long all = 0;
        for (SessionRecord session : store.sessions().list(CrashWriter.OWNER, 1000)) {
            List<StoredEvent> log = store.events().read(session.id(), 0, Integer.MAX_VALUE);
            assertThat(log).extracting(event -> event.id().number())
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, log.size()).boxed().toList());
            long committed = log.stream().filter(event -> event.kind().equals("committed")).count();
            assertThat(store.state().read(new Place.OfSession(session.id()), "count").version())
                    .as("state and closing event are one write").isEqualTo(committed);
            all += committed;
        }
        assertThat(store.state().list(new Place.OfUser(CrashWriter.OWNER), "notes"))
                .as("what belongs to the user is in that write, too").hasSize((int) all);
    }

    private static void everyLaneGoesOn(Store store) {
        NodeId node = NodeId.random();
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        for (SessionRecord session : store.sessions().list(CrashWriter.OWNER, 1000)) {
            while (open(store, session.id())) {
                store.turns().claim(session.id(), node, CrashWriter.LEASE, Set.of(), 3)
                        .ifPresent(it -> store.turns().close(it,
                                it.turn().closed(TurnStatus.COMMITTED, Answer.EMPTY, null), List.of(), Changes.NONE));
                assertThat(System.nanoTime()).as("a lane is stuck").isLessThan(end);
                LockSupport.parkNanos(5_000_000);
            }
        }
        assertThat(store.turns().waiting()).isEmpty();
    }

    private static boolean open(Store store, SessionId session) {
        return store.sessions().snapshot(session, 1000).orElseThrow().turns().stream()
                .anyMatch(turn -> turn.status().open());
    }
}
