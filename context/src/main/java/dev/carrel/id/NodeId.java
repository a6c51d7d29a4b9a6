package dev.carrel.id;

/** Names one run of one server process: a restart is another node. Thread-safe, as all records. */
public record NodeId(String text) {
    /**
     * With this text.
     *
     * @throws IllegalArgumentException if it does not have the shape of one
     */
    public NodeId {
        RandomId.require(text, "a node id");
    }

    /** A new one, from a secure random source. */
    public static NodeId random() {
        return new NodeId(RandomId.next());
    }

    @Override
    public String toString() {
        return text;
    }
}
