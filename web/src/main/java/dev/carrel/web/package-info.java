/**
 * Carrel over HTTP. A request's way: {@link dev.carrel.web.CarrelServlet} checks where it comes from, finds its route in
 * {@link dev.carrel.web.Routes}, asks {@link dev.carrel.web.Credentials} who is asking, has the session's ownership
 * checked, and runs the route's handler in the caller's context. What goes wrong leaves as problem+json,
 * and as OpenAI has it under /v1.
 */
@NullMarked
package dev.carrel.web;

import org.jspecify.annotations.NullMarked;
