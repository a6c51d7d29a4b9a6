@NullMarked
package dev.carrel.examples.completions;

import org.jspecify.annotations.NullMarked;
