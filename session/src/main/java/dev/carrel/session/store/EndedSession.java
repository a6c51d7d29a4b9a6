package dev.carrel.session.store;

import java.time.Instant;

import dev.carrel.id.SessionId;
import dev.carrel.session.Owner;

/**
 * What is left of a session that has ended: so that its owner learns that it did, and nothing brings it back. Forgotten after
 * a while.
 *
 * @param reason one of {@link EndReason}'s texts
 */
public record EndedSession(SessionId id, Owner owner, String chat, String reason, Instant at) {}
