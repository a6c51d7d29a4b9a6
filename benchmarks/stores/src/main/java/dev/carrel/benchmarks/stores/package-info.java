/**
 * What the stores manage, side by side, and Spring Session JDBC beside them. {@link dev.carrel.benchmarks.stores.StoresRun} is the
 * one command; it starts what it measures in processes of their own.
 */
@NullMarked
package dev.carrel.benchmarks.stores;

import org.jspecify.annotations.NullMarked;
