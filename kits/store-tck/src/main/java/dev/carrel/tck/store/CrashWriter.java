package dev.carrel.tck.store;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Message;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.Encoded;
import dev.carrel.session.store.Place;
import dev.carrel.session.store.SessionRecord;
import dev.carrel.session.store.Store;
import dev.carrel.time.TimeSource;

/**
 * What the process does that {@link CrashContract} kills: turns in several sessions at once. It says each thing once the store has
 * acknowledged it, one line each, and does not end by itself.
 */
public final class CrashWriter {
    /** Whose sessions they are. */
    static final Owner OWNER = new Owner("", "alice");
    /** Short: whoever comes after the crash waits for it. */
    static final Duration LEASE = Duration.ofMillis(500);
    private static final int SESSIONS = 16;

    private final Store store;
    private final PrintStream out;
    private final NodeId node = NodeId.random();

    private CrashWriter(Store store, PrintStream out) {
        this.store = store;
        this.out = out;
    }

    /** Writes to this store until the process is killed, and says to {@code out} what was acknowledged. */
    public static void write(Store store, PrintStream out) {
        var writer = new CrashWriter(store, out);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SESSIONS; i++) {
                threads.execute(writer::converse);
            }
        }
    }

    private void converse() {
        var now = TimeSource.system().now();
        var session = SessionId.random();
        store.sessions().create(new SessionRecord(session, OWNER, "chat", "", now, now, 0, "e1"));
        for (int n = 0;; n++) {
            var turn = TurnId.random();
            var message = new Message("m" + n, "question " + n, now);
            store.turns().accept(Turn.queued(turn, session, message, "sealed"), OWNER, Arrival.QUEUE, 4);
            say("accepted", session, turn, n);
            Claim claim = store.turns().claim(session, node, LEASE, Set.of(), 3).orElseThrow();
            store.turns().append(claim, List.of(new Event.Text(turn, 1, 0, "answer")));
            say("said", session, turn, n);
            var changes = new Changes(
                    List.of(new Changes.Put("count", n, new Encoded("Integer", 1, Integer.toString(n + 1)), null)),
                    List.of(new Changes.Append(new Place.OfUser(OWNER), "notes", turn.text(),
                            new Encoded("Note", 1, "{}"), now)));
            if (!store.turns().close(claim, claim.turn().closed(TurnStatus.COMMITTED,
                    new Answer("answer", List.of()), null), List.of(), changes).done()) {
                throw new IllegalStateException("the turn was not closed");
            }
            say("closed", session, turn, n + 1);
        }
    }

    private void say(String what, SessionId session, TurnId turn, int n) {
        synchronized (out) {
            out.println(what + " " + session + " " + turn + " " + n);
            out.flush();
        }
    }
}
