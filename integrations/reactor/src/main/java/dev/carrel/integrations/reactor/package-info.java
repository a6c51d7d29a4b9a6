/**
 * Each operator of a Reactor pipeline runs in its subscriber's Carrel context, on whatever thread. Call
 * {@link dev.carrel.integrations.reactor.ReactorContexts#install} once, when the application starts.
 */
@NullMarked
package dev.carrel.integrations.reactor;

import org.jspecify.annotations.NullMarked;
