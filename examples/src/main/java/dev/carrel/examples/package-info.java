/**
 * The five cases in which one user met another user's data, or lost their own: each the usual way and Carrel's way, two
 * small files side by side. {@link dev.carrel.examples.Cases} lists them, {@link dev.carrel.examples.CasesMain} runs
 * them ({@code ./carrel cases}), and {@code docs/five-cases.md} tells their stories.
 */
@NullMarked
package dev.carrel.examples;

import org.jspecify.annotations.NullMarked;
