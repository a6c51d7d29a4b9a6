package dev.carrel.session.store;

import java.util.List;

import dev.carrel.id.NodeId;
import dev.carrel.session.Owner;
import dev.carrel.session.Turn;

/**
 * The right to run one turn: the lease of its lane. The fence is higher than that of every earlier claim of the lane; a
 * store refuses whatever comes under an older one.
 *
 * @param turn the turn, started
 * @param owner whose session it is
 * @param chat the name of the chat that the session talks to
 * @param inputs what the user has answered to what earlier attempts of the turn asked
 */
public record Claim(Turn turn, Owner owner, String chat, NodeId node, long fence, List<Input> inputs) {
    public Claim {
        inputs = List.copyOf(inputs);
    }
}
