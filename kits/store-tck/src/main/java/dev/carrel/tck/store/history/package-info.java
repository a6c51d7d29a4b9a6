/**
 * Decides whether what concurrent callers of one key were answered can be explained: whether there is one order of their
 * operations, each at some moment between its call and its answer, in which a {@link dev.carrel.tck.store.history.Model}
 * that knows no concurrency gives the same answers (linearisability, Herlihy and Wing 1990). Since that is a local
 * property, each key has a history and a verdict of its own. Start at {@link dev.carrel.tck.store.history.History}.
 */
@NullMarked
package dev.carrel.tck.store.history;

import org.jspecify.annotations.NullMarked;
