/**
 * The JDK's {@link java.net.http.HttpClient} for many users: {@link dev.carrel.http.ContextHttpClient} wraps one, and what
 * it calls back runs in the context of whoever sent the request.
 *
 * <p>The module {@code java.net.http} is needed only by those who use this package.
 *
 * <p>Work that holds a value which must not cross a boundary ({@link dev.carrel.context.Crossing#refuse}) cannot be
 * handed over there: an IllegalStateException where that is tried. A null where something is needed is a
 * NullPointerException at once. Neither changes what is bound.
 */
@NullMarked
package dev.carrel.http;

import org.jspecify.annotations.NullMarked;
