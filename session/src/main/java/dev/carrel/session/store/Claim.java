package dev.carrel.session.store;

import dev.carrel.id.NodeId;
import dev.carrel.session.Turn;

/**
 * The right to run one turn: the lease of its lane. The fence is higher than that of every earlier claim of the lane; a
 * store refuses whatever comes under an older one.
 *
 * @param turn the turn, started
 * @param chat the name of the chat that the session talks to
 */
public record Claim(Turn turn, String chat, NodeId node, long fence) {}
