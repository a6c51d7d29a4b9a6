/**
 * One load program. {@link dev.carrel.benchmarks.Load} starts a server in a process of its own, lets a {@code Crowd} of
 * chats talk to it, closed-loop and open-loop, checks every answer, and prints a table. All sockets are driven by one
 * thread, so that the generator leaves the cores to the server.
 */
@NullMarked
package dev.carrel.benchmarks;

import org.jspecify.annotations.NullMarked;
