/** The kit, held to what it says. */
@NullMarked
package dev.carrel.test;

import org.jspecify.annotations.NullMarked;
