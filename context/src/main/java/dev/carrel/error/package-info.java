/**
 * The errors that Carrel itself raises: one sealed family, each with a {@link dev.carrel.error.ErrorCode} and a message
 * that is fit for the person whose request failed. An edge (HTTP, WebSocket, OpenAI's envelope) renders them; nothing
 * else about a failure ever leaves the server. Start at {@link dev.carrel.error.CarrelException}.
 *
 * <p>They are as thread-safe as every exception: nothing of one changes after it was made but its stack trace and what
 * is suppressed.
 */
@NullMarked
package dev.carrel.error;

import org.jspecify.annotations.NullMarked;
