/** Tests of the five cases: both columns of the report, and what each story names. */
@NullMarked
package dev.carrel.examples;

import org.jspecify.annotations.NullMarked;
