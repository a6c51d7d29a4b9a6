@NullMarked
package dev.carrel.examples.driver;

import org.jspecify.annotations.NullMarked;
