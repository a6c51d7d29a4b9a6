/**
 * Log lines show the ids of the context that they are written in. Put the module on the path and name what you want to see
 * in the log pattern, such as {@code %X{user-id} %X{request-id}}; {@link dev.carrel.integrations.mdc.MdcProjection} is
 * found by itself.
 */
@NullMarked
package dev.carrel.integrations.mdc;

import org.jspecify.annotations.NullMarked;
