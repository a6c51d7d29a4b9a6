package dev.carrel.session.store;

/** A stored value as JSON, and how often its key has been written; the version of a key never written is 0. */
public record Versioned(long version, String json) {}
