package dev.carrel.session.store;

/**
 * A value as it is stored.
 *
 * @param type the logical name of its type, which whoever reads it must expect; never a name that is loaded as a class
 * @param version the version of that type's JSON that wrote it, from 1
 * @param json the value as JSON
 */
public record Encoded(String type, int version, String json) {}
