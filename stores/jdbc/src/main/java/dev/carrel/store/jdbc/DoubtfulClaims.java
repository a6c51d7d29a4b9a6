package dev.carrel.store.jdbc;

import java.util.concurrent.ConcurrentHashMap;

import dev.carrel.id.NodeId;
import dev.carrel.id.SessionId;

/**
 * Claims of which it was never learnt whether they were committed. Whoever asked for one was told that it failed, so nobody
 * runs its turn; yet if it was committed the lane is this node's, and would be renewed for ever. They are given back first.
 * Thread-safe.
 */
final class DoubtfulClaims {
    private final ConcurrentHashMap<SessionId, Long> fences = new ConcurrentHashMap<>();

    /** The claim of this fence may have been committed. */
    void add(SessionId session, long fence) {
        fences.put(session, fence);
    }

    /** Gives back those that were committed. */
    void release(Database database, NodeId node) {
        fences.forEach((session, fence) -> {
            database.run(session,
                    tx -> tx.count("UPDATE session SET holder = NULL WHERE id = ? AND holder = ? AND fence = ?",
                            session.text(), node.text(), fence));
            fences.remove(session, fence);
        });
    }
}
