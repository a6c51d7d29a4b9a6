package dev.carrel.session.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import dev.carrel.error.ConflictException;
import dev.carrel.error.ErrorCode;
import dev.carrel.error.OverloadedException;
import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;
import dev.carrel.id.TurnId;
import dev.carrel.session.Answer;
import dev.carrel.session.Event;
import dev.carrel.session.Failure;
import dev.carrel.session.StoredEvent;
import dev.carrel.session.Turn;
import dev.carrel.session.TurnStatus;
import dev.carrel.session.store.Changes;
import dev.carrel.session.store.Claim;
import dev.carrel.session.store.TurnStore;

/** The turns of a {@link MemoryStore}. */
record MemoryTurns(MemoryStore store) implements TurnStore {
    @Override
    public Accepted accept(Turn queued, int maxOpen) {
        MemorySession entry = store.get(queued.session());
        entry.lock.lock();
        try {
            if (entry.gone) {
                throw MemoryStore.unknown();
            }
            TurnId known = entry.messages.get(queued.message().id());
            if (known != null) {
                Turn first = entry.turns.get(known);
                if (first != null && first.message().text().equals(queued.message().text())) {
                    return new Accepted(known, true);
                }
                throw new ConflictException("The message id was used with another text.");
            }
            if (entry.open() >= maxOpen) {
                throw new OverloadedException("Too many messages of this session wait for their answer.",
                        Duration.ofSeconds(1));
            }
            entry.messages.put(queued.message().id(), queued.id());
            entry.turns.put(queued.id(), queued);
            entry.queue.addLast(queued.id());
            entry.session = entry.session.took(queued.message().text(), queued.message().at());
            store.publish(queued.session(), List.of(entry.log(new Event.Accepted(queued.id(), queued.message().id(),
                    queued.message().text(), queued.message().at()))));
            return new Accepted(queued.id(), false);
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Optional<Claim> claim(SessionId session, NodeId node, Duration lease) {
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            Instant now = store.time.now();
            if (entry.gone || (entry.holder != null && now.isBefore(entry.until))) {
                return Optional.empty();
            }
            List<StoredEvent> logged = new ArrayList<>();
            if (entry.running != null) {
                Failure why = Failure.of(ErrorCode.UNAVAILABLE, "The server stopped while it answered.");
                logged.add(entry.end(entry.running.closed(TurnStatus.INTERRUPTED, Answer.of(entry.said), why)));
            }
            TurnId next = entry.queue.pollFirst();
            Turn waiting = next == null ? null : entry.turns.get(next);
            if (waiting == null) {
                store.publish(session, logged);
                return Optional.empty();
            }
            Turn started = waiting.started();
            entry.turns.put(started.id(), started);
            entry.running = started;
            entry.holder = node;
            entry.until = now.plus(lease);
            entry.fence++;
            logged.add(entry.log(started.attempt() == 1
                    ? new Event.Started(started.id(), started.attempt())
                    : new Event.Reset(started.id(), started.attempt())));
            store.publish(session, logged);
            return Optional.of(new Claim(started, entry.session.chat(), node, entry.fence));
        } finally {
            entry.lock.unlock();
        }
    }

    private static boolean lost(MemorySession entry, Claim claim) {
        return entry.gone || entry.holder == null || entry.fence != claim.fence();
    }

    @Override
    public boolean append(Claim claim, List<Event> said) {
        MemorySession entry = store.get(claim.turn().session());
        entry.lock.lock();
        try {
            if (lost(entry, claim)) {
                return false;
            }
            store.publish(claim.turn().session(), entry.say(entry.unsaid(claim, said)));
            return true;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Closed close(Claim claim, Turn closed, List<Event> saidLast, Changes changes) {
        if (closed.status().open() || !closed.id().equals(claim.turn().id())) {
            throw new IllegalArgumentException("turn " + claim.turn().id() + " is claimed, and turn " + closed.id()
                    + " was to be closed as " + closed.status());
        }
        MemorySession entry = store.get(claim.turn().session());
        entry.lock.lock();
        try {
            if (lost(entry, claim)) {
                return Closed.LOST;
            }
            Set<String> conflicts = entry.conflicts(changes);
            if (!conflicts.isEmpty()) {
                return new Closed(false, conflicts);
            }
            List<StoredEvent> logged = new ArrayList<>(entry.say(entry.unsaid(claim, saidLast)));
            entry.apply(changes.state());
            store.apply(changes.lists());
            logged.add(entry.end(closed));
            store.publish(claim.turn().session(), logged);
            return Closed.DONE;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public Optional<Turn> find(SessionId session, TurnId turn) {
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            return Optional.ofNullable(entry.turns.get(turn)).map(entry::now);
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public List<Turn> committed(SessionId session, int limit) {
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            List<Turn> turns = entry.turns.values().stream().filter(turn -> turn.status() == TurnStatus.COMMITTED)
                    .toList();
            return List.copyOf(turns.subList(Math.max(0, turns.size() - limit), turns.size()));
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public boolean cancelQueued(SessionId session, TurnId turn, Failure why) {
        MemorySession entry = store.get(session);
        entry.lock.lock();
        try {
            Turn waiting = entry.turns.get(turn);
            if (waiting == null || !entry.queue.remove(turn)) {
                return false;
            }
            store.publish(session, List.of(entry.end(waiting.closed(TurnStatus.CANCELLED, Answer.EMPTY, why))));
            return true;
        } finally {
            entry.lock.unlock();
        }
    }

    @Override
    public void renew(NodeId node, Duration lease) {
        Instant until = store.time.now().plus(lease);
        for (MemorySession entry : store.all()) {
            entry.lock.lock();
            try {
                if (node.equals(entry.holder)) {
                    entry.until = until;
                }
            } finally {
                entry.lock.unlock();
            }
        }
    }

    @Override
    public List<SessionId> waiting() {
        Instant now = store.time.now();
        List<SessionId> waiting = new ArrayList<>();
        for (MemorySession entry : store.all()) {
            entry.lock.lock();
            try {
                boolean lapsed = entry.running != null && !now.isBefore(entry.until);
                if (lapsed || !entry.queue.isEmpty()) {
                    waiting.add(entry.session.id());
                }
            } finally {
                entry.lock.unlock();
            }
        }
        return waiting;
    }
}
