/**
 * The errors that Carrel itself raises: one sealed family, each with a {@link dev.carrel.error.ErrorCode} and a message
 * that is fit for the person whose request failed. An edge (HTTP, WebSocket, OpenAI's envelope) renders them; nothing
 * else about a failure ever leaves the server. Start at {@link dev.carrel.error.CarrelException}.
 */
@NullMarked
package dev.carrel.error;

import org.jspecify.annotations.NullMarked;
