/**
 * What a store must do. {@link dev.carrel.session.store.Store} bundles the ports; each operation says what it does in one
 * atomic step, and what it does when it is repeated. Everything that a store acknowledges, by returning, is as durable as
 * that store promises to be. A store checks no ownership: callers come through {@code dev.carrel.session.Sessions}.
 */
@NullMarked
package dev.carrel.session.store;

import org.jspecify.annotations.NullMarked;
