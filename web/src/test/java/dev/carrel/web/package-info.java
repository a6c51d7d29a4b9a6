/** Tests of what cannot be seen from outside. */
@NullMarked
package dev.carrel.web;

import org.jspecify.annotations.NullMarked;
