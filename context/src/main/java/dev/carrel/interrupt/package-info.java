/**
 * How work is interrupted on a thread that it shares with others' work: what runs as a piece of work (tasks of pools,
 * functions of stages, forks of a concurrent map, turns, batches) holds its thread by a
 * {@link dev.carrel.interrupt.Handshake}, and what is registered with others keeps its {@link dev.carrel.interrupt.Origin}.
 * For Carrel itself: not exported to others.
 */
@NullMarked
package dev.carrel.interrupt;

import org.jspecify.annotations.NullMarked;
