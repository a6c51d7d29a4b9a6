/**
 * What an application declares: chats, which answer messages, and functions, which other code of the same session calls.
 * Start at {@link dev.carrel.app.Carrel}.
 */
@NullMarked
package dev.carrel.app;

import org.jspecify.annotations.NullMarked;
