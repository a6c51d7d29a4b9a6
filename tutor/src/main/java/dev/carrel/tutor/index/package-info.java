/**
 * What the tutor knows: passages of the shared documents, and notes that each belong to one owner.
 *
 * <ul>
 * <li>{@link dev.carrel.tutor.index.Index}: the search. Who asks is a parameter that cannot be left out, and the owner
 * filter sits inside: no caller can forget it.
 * <li>{@link dev.carrel.tutor.index.Query}: what is looked for, by meaning and by word.
 * <li>{@link dev.carrel.tutor.index.Terms}: the words of a text that mean something.
 * </ul>
 *
 * Knows nothing of HTTP, sessions or how an answer is written.
 */
@NullMarked
package dev.carrel.tutor.index;

import org.jspecify.annotations.NullMarked;
