package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Turn;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.session.store.UserStore;
import dev.carrel.time.TimeSource;

/** A memory store that a test can make late, refuse or fail at the moments that matter. */
final class HookedStore implements Store, TurnStore {
    private final MemoryStore store = new MemoryStore(TimeSource.system());
    private final TurnStore turns = store.turns();

    volatile Consumer<Claim> afterClaim = claim -> {};
    volatile Runnable beforeAppend = () -> {};
    volatile Consumer<Turn> beforeClose = turn -> {};

    @Override
    public SessionStore sessions() {
        return store.sessions();
    }

    @Override
    public TurnStore turns() {
        return this;
    }

    @Override
    public EventLog events() {
        return store.events();
    }

    @Override
    public UserStore users() {
        return store.users();
    }

    @Override
    public Revocations revocations() {
        return store.revocations();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public Accepted accept(Turn queued, int maxOpen) {
        return turns.accept(queued, maxOpen);
    }

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease) {
        Optional<Claim> claim = turns.claim(session, node, lease);
        claim.ifPresent(afterClaim);
        return claim;
    }

    @Override
    public boolean append(Claim claim, List<Event> said) {
        beforeAppend.run();
        return turns.append(claim, said);
    }

    @Override
    public Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes) {
        beforeClose.accept(closed);
        return turns.close(claim, closed, saidLast, changes);
    }

    @Override
    public Optional<Turn> find(SessionId session, TurnId turn) {
        return turns.find(session, turn);
    }

    @Override
    public List<Turn> committed(SessionId session, int limit) {
        return turns.committed(session, limit);
    }

    @Override
    public boolean cancelQueued(SessionId session, TurnId turn, Failure why) {
        return turns.cancelQueued(session, turn, why);
    }

    @Override
    public void renew(NodeId node, Duration lease) {
        turns.renew(node, lease);
    }

    @Override
    public List<SessionId> waiting() {
        return turns.waiting();
    }
}
