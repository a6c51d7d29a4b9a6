@NullMarked
package dev.carrel.examples.demo;

import org.jspecify.annotations.NullMarked;
