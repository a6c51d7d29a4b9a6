/**
 * The ids of sessions, turns, requests and nodes. An id names a thing and never authorises anything: knowing one is
 * worth nothing to anybody but the owner of what it names. They may stand in paths and logs.
 *
 * <p>All are records: immutable and thread-safe. What is not of an id's shape is refused with an
 * IllegalArgumentException by the constructors, and answered with nothing by {@code parse}, which is for what comes
 * from outside.
 */
@NullMarked
package dev.carrel.id;

import org.jspecify.annotations.NullMarked;
