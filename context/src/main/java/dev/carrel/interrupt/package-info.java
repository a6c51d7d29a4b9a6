/**
 * How work is interrupted on a thread that it shares with others' work. {@link dev.carrel.interrupt.Handshake} is the only
 * class; tasks of pools, functions of stages and forks of a concurrent map hold their threads by it. Not exported: for the
 * ground floor itself.
 */
@NullMarked
package dev.carrel.interrupt;

import org.jspecify.annotations.NullMarked;
