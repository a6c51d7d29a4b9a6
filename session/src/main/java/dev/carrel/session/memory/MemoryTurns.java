package dev.carrel.session.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Arrival;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.Owner;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.EventLog;
import dev.carrel.session.store.Input;
import dev.carrel.session.store.TurnStore;

/** The turns of a {@link MemoryStore}. */
record MemoryTurns(MemoryStore store) implements TurnStore {
    @Override
    public Accepted accept(Turn queued, Owner owner, Arrival arrival, int maxOpen) {
        return store.locked(queued.session(), it -> {
            if (it.gone || !it.session.owner().equals(owner)) {
                throw MemoryStore.unknown();
            }
            TurnId known = it.messages.get(queued.message().id());
            if (known != null) {
                Turn first = it.turns.get(known);
                if (first != null && first.message().text().equals(queued.message().text())) {
                    return new Accepted(known, true);
                }
                throw new ConflictException("The message id was used with another text.");
            }
            if (arrival == Arrival.REJECT && it.open() > 0) {
                throw TurnStore.busy();
            }
            if (arrival == Arrival.QUEUE && it.open() >= maxOpen) {
                throw TurnStore.full();
            }
            Instant now = store.time.now();
            List<StoredEvent> logged = new ArrayList<>();
            if (arrival == Arrival.INTERRUPT) {
                supersede(it, logged, now);
            }
            it.messages.put(queued.message().id(), queued.id());
            it.turns.put(queued.id(), queued);
            it.queue.addLast(queued.id());
            it.session = it.session.took(queued.message().text(), queued.message().at());
            logged.add(it.log(new Event.Accepted(queued.id(), queued.message().id(), queued.message().text(),
                    queued.message().at()), now));
            store.hub.logged(queued.session(), logged);
            return new Accepted(queued.id(), false);
        });
    }

    private static void supersede(MemorySession it, List<StoredEvent> logged, Instant now) {
        for (TurnId waiting = it.queue.pollFirst(); waiting != null; waiting = it.queue.pollFirst()) {
            Turn turn = it.turns.get(waiting);
            if (turn != null) {
                logged.add(it.end(turn.closed(TurnStatus.INTERRUPTED, Answer.EMPTY, TurnStore.superseded()), now));
            }
        }
        if (it.running != null && it.stop == null) {
            it.stop = new Stop(it.session.id(), it.running.id(), TurnStatus.INTERRUPTED, TurnStore.superseded());
        }
    }

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease, Set<String> restartable,
            int maxAttempts) {
        return store.locked(session, it -> {
            Instant now = store.time.now();
            if (it.gone || (it.holder != null && now.isBefore(it.until))) {
                return Optional.empty();
            }
            List<StoredEvent> logged = new ArrayList<>();
            Turn left = it.running;
            if (left != null && !again(it, left, restartable, maxAttempts)) {
                Stop stop = it.stop;
                Failure why = Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered.");
                logged.add(it.end(left.closed(stop == null ? TurnStatus.INTERRUPTED : stop.status(),
                        Answer.of(it.said), stop == null ? why : stop.why()), now));
                left = null;
            }
            TurnId next = left != null ? left.id() : it.queue.pollFirst();
            Turn waiting = next == null ? null : it.turns.get(next);
            if (waiting == null) {
                store.hub.logged(session, logged);
                return Optional.empty();
            }
            Turn started = waiting.started();
            logged.addAll(it.start(started, node, now.plus(lease), now));
            store.hub.logged(session, logged);
            return Optional
                    .of(new Claim(started, it.session.owner(), it.session.chat(), node, it.fence, it.inputs()));
        });
    }

    private static boolean again(MemorySession it, Turn left, Set<String> restartable, int maxAttempts) {
        return it.stop == null && restartable.contains(it.session.chat())
                && (left.status() == TurnStatus.WAITING || left.attempt() < maxAttempts);
    }

    private static boolean lost(MemorySession it, Claim claim) {
        return it.gone || it.holder == null || it.fence != claim.fence();
    }

    @Override
    public boolean append(Claim claim, List<Event> said) {
        return store.locked(claim.turn().session(), it -> {
            if (lost(it, claim)) {
                return false;
            }
            store.hub.logged(claim.turn().session(), it.say(it.unsaid(claim, said), store.time.now()));
            return true;
        });
    }

    @Override
    public void answer(SessionId session, Owner owner, TurnId turn, Input input) {
        store.locked(session, it -> {
            if (it.gone || !it.session.owner().equals(owner)) {
                throw MemoryStore.unknown();
            }
            Turn found = it.turns.get(turn);
            if (found == null) {
                throw TurnStore.unasked();
            }
            if (it.running == null || !it.running.id().equals(turn)) {
                if (found.status().open()) {
                    throw TurnStore.unasked();
                }
                if (it.answered.getOrDefault(turn, List.of()).contains(input)) {
                    return it;
                }
                throw TurnStore.closed();
            }
            if (!it.asked.containsKey(input.ask())) {
                throw TurnStore.unasked();
            }
            String before = it.asked.get(input.ask());
            if (before != null) {
                if (before.equals(input.json())) {
                    return it;
                }
                throw TurnStore.answered();
            }
            it.asked.put(input.ask(), input.json());
            it.running(TurnStatus.RUNNING);
            store.hub.logged(session, List.of(
                    it.log(new Event.Answered(turn, found.attempt(), input.ask(), input.json()), store.time.now())));
            return it;
        });
    }

    @Override
    public List<Input> inputs(SessionId session, TurnId turn) {
        return store.locked(session,
                it -> it.gone || it.running == null || !it.running.id().equals(turn) ? List.of() : it.inputs());
    }

    @Override
    public void release(Claim claim) {
        store.locked(claim.turn().session(), it -> {
            if (!lost(it, claim)) {
                it.holder = null;
            }
            return it;
        });
    }

    @Override
    public Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes) {
        TurnStore.requireClosing(claim, closed, changes);
        return store.locked(claim.turn().session(), it -> {
            if (lost(it, claim)) {
                return closedBefore(it, claim, closed) ? Closed.DONE : Closed.LOST;
            }
            Set<String> conflicts = it.state.conflicts(changes.puts());
            if (!conflicts.isEmpty()) {
                return new Closed(false, conflicts);
            }
            Instant now = store.time.now();
            List<Event> unsaid = it.unsaid(claim, saidLast);
            store.apply(it, closed.id().text(), changes);
            List<StoredEvent> logged = new ArrayList<>(it.say(unsaid, now));
            logged.add(it.end(closed, now));
            store.hub.logged(claim.turn().session(), logged);
            it.trim(store.retention, now);
            return Closed.DONE;
        });
    }

    private static boolean closedBefore(MemorySession it, Claim claim, Turn closed) {
        Turn now = it.gone ? null : it.turns.get(closed.id());
        return now != null && now.status() == closed.status() && now.attempt() == claim.turn().attempt();
    }

    @Override
    public Optional<Turn> find(SessionId session, TurnId turn) {
        return store.locked(session, it -> {
            Turn found = it.gone ? null : it.turns.get(turn);
            return found == null ? Optional.empty() : Optional.of(it.now(found));
        });
    }

    @Override
    public List<Turn> committed(SessionId session, int limit) {
        return store.locked(session, it -> {
            List<Turn> turns = it.turns.values().stream().filter(turn -> turn.status() == TurnStatus.COMMITTED)
                    .toList();
            return List.copyOf(turns.subList(Math.max(0, turns.size() - limit), turns.size()));
        });
    }

    @Override
    public Optional<TurnStatus> stop(Stop stop, Owner owner) {
        return store.locked(stop.session(), it -> {
            Turn turn = it.gone || !it.session.owner().equals(owner) ? null : it.turns.get(stop.turn());
            if (turn == null) {
                return Optional.empty();
            }
            if (it.queue.remove(turn.id())) {
                Turn closed = turn.closed(stop.status(), Answer.EMPTY, stop.why());
                store.hub.logged(stop.session(), List.of(it.end(closed, store.time.now())));
                return Optional.of(closed.status());
            }
            if (turn.status().open() && it.stop == null) {
                it.stop = stop;
            }
            return Optional.of(turn.status());
        });
    }

    @Override
    public List<Stop> stopping(NodeId node) {
        List<Stop> stopping = new ArrayList<>();
        for (MemorySession entry : store.all()) {
            Stop stop = MemoryStore.locked(entry, it -> it.gone || !node.equals(it.holder) ? null : it.stop);
            if (stop != null) {
                stopping.add(stop);
            }
        }
        return stopping;
    }

    @Override
    public EventLog.Subscription onStop(Runnable look) {
        return () -> {}; // no other node has this store
    }

    @Override
    public void renew(NodeId node, Duration lease) {
        Instant until = store.time.now().plus(lease);
        for (MemorySession entry : store.all()) {
            MemoryStore.locked(entry, it -> {
                if (node.equals(it.holder)) {
                    it.until = until;
                }
                return it;
            });
        }
    }

    @Override
    public List<SessionId> waiting() {
        Instant now = store.time.now();
        List<SessionId> waiting = new ArrayList<>();
        for (MemorySession entry : store.all()) {
            boolean waits = MemoryStore.locked(entry, it -> {
                boolean left = it.running != null && (it.holder == null || !now.isBefore(it.until));
                return !it.gone && (left || !it.queue.isEmpty());
            });
            if (waits) {
                waiting.add(entry.session.id());
            }
        }
        return waiting;
    }
}
