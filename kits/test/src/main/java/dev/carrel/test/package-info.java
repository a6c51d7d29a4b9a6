/**
 * For the tests of applications.
 *
 * <ul>
 * <li>{@link dev.carrel.test.Users}: a body of code run as many users at once, each with values that nobody else may ever
 * see.
 * <li>{@link dev.carrel.test.StrictContexts}: fails a test that leaves a context, a thread or a task behind.
 * <li>{@link dev.carrel.test.SharedBatches}: items of different users in one batch, however few callers there are.
 * <li>{@link dev.carrel.test.TestTime}: clocks and timers that the test drives.
 * </ul>
 */
@NullMarked
package dev.carrel.test;

import org.jspecify.annotations.NullMarked;
