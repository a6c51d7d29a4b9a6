/**
 * The ids of sessions, turns, requests and nodes. An id names a thing and never authorises anything: knowing one is
 * worth nothing to anybody but the owner of what it names. They may stand in paths and logs.
 */
@NullMarked
package dev.carrel.id;

import org.jspecify.annotations.NullMarked;
