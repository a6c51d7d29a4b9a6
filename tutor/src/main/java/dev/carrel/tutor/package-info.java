/**
 * The tutor as an application: {@link dev.carrel.tutor.Tutor} declares its chat and its functions. What it finds comes
 * from {@code answer}, which looks into the {@code index}, which holds what {@code docs} has split and {@code embed} has
 * turned into vectors.
 */
@NullMarked
package dev.carrel.tutor;

import org.jspecify.annotations.NullMarked;
