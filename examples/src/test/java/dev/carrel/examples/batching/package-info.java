@NullMarked
package dev.carrel.examples.batching;

import org.jspecify.annotations.NullMarked;
