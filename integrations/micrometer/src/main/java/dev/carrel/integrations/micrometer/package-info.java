/**
 * Carrel contexts travel with Micrometer context propagation, and with what is built on it (Reactor, Spring). Put the
 * module on the path; {@link dev.carrel.integrations.micrometer.CarrelThreadLocalAccessor} is found by itself.
 */
@NullMarked
package dev.carrel.integrations.micrometer;

import org.jspecify.annotations.NullMarked;
