/**
 * Carrel's context and OpenTelemetry's carry each other: a hop of either takes both along, and both have one innermost.
 * Put the module on the path; the storage is found by itself. Start at
 * {@link dev.carrel.integrations.opentelemetry.CarrelContextStorage}.
 */
@NullMarked
package dev.carrel.integrations.opentelemetry;

import org.jspecify.annotations.NullMarked;
