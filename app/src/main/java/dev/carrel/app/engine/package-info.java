/**
 * Runs a declared application on a store: takes messages, runs each session's turns in its lane, calls functions. An edge
 * (HTTP, WebSocket) authenticates, asks {@code Sessions} for the session, and calls {@link dev.carrel.app.engine.Engine}.
 */
@NullMarked
package dev.carrel.app.engine;

import org.jspecify.annotations.NullMarked;
