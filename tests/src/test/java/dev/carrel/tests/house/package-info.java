/** The house itself: its floors, its dependencies, and whether its documentation is true. */
@NullMarked
package dev.carrel.tests.house;

import org.jspecify.annotations.NullMarked;
