@NullMarked
package dev.carrel.examples.endpoints;

import org.jspecify.annotations.NullMarked;
