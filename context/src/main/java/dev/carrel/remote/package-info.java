/**
 * A context's way to another process, over whatever carries headers.
 *
 * <ul>
 * <li>{@link dev.carrel.remote.ContextCodec}: the keys that are allowed to travel, as one signed header, and back. Start
 * here.
 * <li>{@link dev.carrel.remote.Ignored}: why a header that came counted for nothing.
 * <li>{@link dev.carrel.remote.TraceParent}: the trace that the work is part of, in the form of the W3C.
 * </ul>
 *
 * Within the process nothing of this is needed: there a context is handed over as it is.
 *
 * <p>A null where something is needed is a NullPointerException at once.
 */
@NullMarked
package dev.carrel.remote;

import org.jspecify.annotations.NullMarked;
