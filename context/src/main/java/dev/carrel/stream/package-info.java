/**
 * What is pulled or pushed bit by bit, between two parties who may be two users.
 *
 * <ul>
 * <li>{@link dev.carrel.stream.ContextStreams}: iterators, spliterators and streams are pulled in the context of whoever
 * made them; what they yield is handed over outside of it.
 * <li>{@link dev.carrel.stream.ContextFlow}: a subscriber's signals run in the context in which it subscribed, its requests
 * in the publisher's.
 * </ul>
 *
 * In plain Java a lazy stream runs as whoever consumes it, and a producer that binds something around its elements leaves
 * it bound for the consumer.
 *
 * <p>Work that holds a value which must not cross a boundary ({@link dev.carrel.context.Crossing#refuse}) cannot be
 * handed over there: an IllegalStateException where that is tried. A null where something is needed is a
 * NullPointerException at once. Neither changes what is bound.
 */
@NullMarked
package dev.carrel.stream;

import org.jspecify.annotations.NullMarked;
