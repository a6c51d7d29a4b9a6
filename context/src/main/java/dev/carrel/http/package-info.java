/**
 * The JDK's {@link java.net.http.HttpClient} for many users: {@link dev.carrel.http.ContextHttpClient} wraps one, and what
 * it calls back runs in the context of whoever sent the request.
 *
 * <p>The module {@code java.net.http} is needed only by those who use this package.
 */
@NullMarked
package dev.carrel.http;

import org.jspecify.annotations.NullMarked;
