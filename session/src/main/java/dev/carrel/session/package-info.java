/**
 * A session is one conversation of one principal; a {@link dev.carrel.session.Turn} is one message and all that it
 * causes; {@link dev.carrel.session.Event events} are what a session has been sent.
 *
 * <p>Handlers meet {@link dev.carrel.session.Session}, {@link dev.carrel.session.State},
 * {@link dev.carrel.session.StateKey} and {@link dev.carrel.session.ListKey}. Whoever reads or writes a session for a
 * principal goes through {@link dev.carrel.session.Sessions}: the one place that checks who owns it. What a store must do
 * is in {@code dev.carrel.session.store}.
 */
@NullMarked
package dev.carrel.session;

import org.jspecify.annotations.NullMarked;
