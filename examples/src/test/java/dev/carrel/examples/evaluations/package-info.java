@NullMarked
package dev.carrel.examples.evaluations;

import org.jspecify.annotations.NullMarked;
