/** Runs each patch of {@code mutants/patches} against the test that must find it. Start at {@link MutantsTest}. */
@NullMarked
package dev.carrel.mutants;

import org.jspecify.annotations.NullMarked;
