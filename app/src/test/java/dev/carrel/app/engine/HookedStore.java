package dev.carrel.app.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.memory.MemoryStore;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.LeaseStore;
import dev.carrel.session.store.Revocations;
import dev.carrel.session.store.SessionStore;
import dev.carrel.session.store.StateStore;
import dev.carrel.session.store.Store;
import dev.carrel.session.store.TurnStore;
import dev.carrel.time.TimeSource;

/** A memory store that a test can make late, refuse or fail at the moments that matter. */
final class HookedStore implements Store, TurnStore {
    private final MemoryStore store = new MemoryStore(TimeSource.system());
    private final TurnStore turns = store.turns();

    volatile Consumer<Claim> afterClaim = claim -> {};
    volatile Runnable beforeAppend = () -> {};
    volatile Runnable beforeCheck = () -> {};
    final AtomicInteger checks = new AtomicInteger();
    volatile Consumer<Turn> beforeClose = turn -> {};
    volatile StateStore state = store.state();

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
    public StateStore state() {
        return state;
    }

    @Override
    public LeaseStore leases() {
        return store.leases();
    }

    @Override
    public int sweep() {
        return store.sweep();
    }

    @Override
    public void check() {
        checks.incrementAndGet();
        beforeCheck.run();
        store.check();
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
    public Accepted accept(Turn queued, Owner owner, Arrival arrival, int maxOpen) {
        return turns.accept(queued, owner, arrival, maxOpen);
    }

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease, Set<String> restartable,
            int maxAttempts) {
        Optional<Claim> claim = turns.claim(session, node, lease, restartable, maxAttempts);
        claim.ifPresent(afterClaim);
        return claim;
    }

    @Override
    public void answer(SessionId session, Owner owner, TurnId turn, Input input) {
        turns.answer(session, owner, turn, input);
    }

    @Override
    public List<Input> inputs(SessionId session, TurnId turn) {
        return turns.inputs(session, turn);
    }

    @Override
    public void release(Claim claim) {
        turns.release(claim);
    }

    @Override
    public Optional<TurnStatus> stop(Stop stop, Owner owner) {
        return turns.stop(stop, owner);
    }

    @Override
    public List<Stop> stopping(NodeId node) {
        return turns.stopping(node);
    }

    @Override
    public EventLog.Subscription onStop(Runnable look) {
        return turns.onStop(look);
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
    public void renew(NodeId node, Duration lease) {
        turns.renew(node, lease);
    }

    @Override
    public List<SessionId> waiting() {
        return turns.waiting();
    }
}
